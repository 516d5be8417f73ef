import CivilTime
import SeededRandom
import Testing

struct TimestampTests {
    @Test(
        "RFC 3339 is read whatever its offset and fraction",
        arguments: [
            ("2021-09-24T16:30:00+02:00", "2021-09-24T14:30:00Z"), ("2021-09-24t14:30:00z", "2021-09-24T14:30:00Z"),
            ("2021-09-24 14:30:00.5Z", "2021-09-24T14:30:00.500000Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), ("2021-01-01T00:00:00-23:59", "2021-01-01T23:59:00Z"),
        ])
    func reading(text: String, printed: String) throws { #expect(try instant(text).rfc3339 == printed) }

    @Test(
        "other text is refused",
        arguments: [
            "", "2021-09-24", "2021-09-24T16:30:00", "2021-09-24T16:30Z", "2021-09-24T24:00:00Z",
            "2021-09-24T16:30:00.Z",
            "2021-09-24T16:30:00+2:00", "2021-09-24T16:30:00Z ", "0001-01-01T00:00:00+01:00", "2021-09-31T00:00:00Z",
            "2021-09-24T16:30:61Z", "9999-12-31T23:59:59-00:01",
        ])
    func refused(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test("an instant prints as it is read, by seed", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
        for _ in 0..<500 {
            let time = Timestamp(microseconds: .random(in: range, using: &random))
            #expect(Timestamp(rfc3339: time.rfc3339) == time, "seed \(seed)")
        }
    }

    @Test("adding and subtracting durations undo one another, and the ends of the range hold")
    func arithmetic() throws {
        let time = try instant("2021-09-24T14:30:00Z")
        #expect(time + .seconds(90) - time == .seconds(90))
        #expect(time + .microseconds(-1) == (try instant("2021-09-24T14:29:59.999999Z")))
        #expect(time + .nanoseconds(-1) == (try instant("2021-09-24T14:29:59.999999Z")))
        #expect(time - .seconds(3600) == (try instant("2021-09-24T13:30:00Z")))
        #expect(Timestamp.latest.adding(.microseconds(1)) == nil)
        #expect(Timestamp.latest + .seconds(Int64.max) == .latest)
        #expect(Timestamp.earliest - .seconds(Int64.max) == .earliest)
        #expect(Timestamp(microseconds: .max) == .latest)
        #expect(Timestamp(secondsSinceEpoch: .min) == .earliest)
        #expect(Timestamp(microseconds: -1).secondsSinceEpoch == -1)
    }

    @Test("an instant prints with its zone's offset", .enabled(if: Zones.arePresent, "no zone files here"))
    func inZone() throws {
        let time = try instant("2021-09-24T14:30:00.25Z")
        #expect(try time.rfc3339(in: zone("Europe/Paris")) == "2021-09-24T16:30:00.250000+02:00")
        #expect(try time.rfc3339(in: zone("America/St_Johns")) == "2021-09-24T12:00:00.250000-02:30")
        #expect(time.rfc3339(in: .utc) == "2021-09-24T14:30:00.250000+00:00")
        #expect(try Timestamp(rfc3339: time.rfc3339(in: zone("Indian/Mayotte"))) == time)
    }
}
