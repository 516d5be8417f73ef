import CaseReplay
import CivilTime

/// What `simulate` supposes: when the contract starts, who the parties are, what people do.
struct Scenario {
    /// `nil` where nobody says.
    var start: Timestamp?
    var until: Position?
    var parameters: [ParameterValue] = []
    var parties: [PartyBinding] = []
    var events: [JournalEntry] = []
}
