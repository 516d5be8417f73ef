import Testing
import WorkflowLoading
import WorkflowModel

private func text(_ committee: String, date: String = "2021-09-24", value: String = "1") -> String {
    """
    jalon: 1
    workflow: test
    title: Test
    time-zone: UTC
    parameters: { size: integer }
    committees:
      jury: { title: Jury, \(committee) }
    dates: { due: { at: \(date) } }
    values: { asked: { is: \(value) } }
    initial: only
    states:
      only:
        at: { due: { to: done, notify: { to: jury, subject: "{{ asked }}" } } }
      done: { type: final }

    """
}

private func diagnostics(_ text: String) -> [String] {
    loadWorkflow(text, file: "test.yaml", environment: smallEnvironment).diagnostics.map(\.message)
}

struct CommitteeTests {
    @Test("a committee is a party, and what it needs is known by name")
    func names() throws {
        let text = text(
            "seats: size, quorum: majority, casting-vote: true, notice: 5 clear days, minutes: 2 working days",
            date: "jury.notice before jury-meeting", value: "jury.seats >= jury.quorum && jury.casting_vote"
        )
        .replacing("dates: {", with: "dates: { jury-meeting: 2021-06-14, ")
        let (workflow, diagnostics) = loadWorkflow(text, file: "test.yaml", environment: smallEnvironment)
        #expect(diagnostics.map(\.message) == [])
        let jury = try #require(workflow?.committees.first)
        #expect(workflow?.parties[jury.party].title == "Jury")
        #expect(jury.secondNotice == jury.notice)
        #expect(
            workflow?.values.map(\.name)
                == ["jury.seats", "jury.quorum", "jury.casting-vote", "jury.majority", "jury.title", "asked"])
    }

    @Test("what a committee is not told is not known")
    func absent() {
        #expect(diagnostics(text("notice: 5 clear days", value: "jury.seats")) != [])
        #expect(diagnostics(text("majority: few")) == ["majority 'few' does not exist: there are cast, present, seats"])
    }
}
