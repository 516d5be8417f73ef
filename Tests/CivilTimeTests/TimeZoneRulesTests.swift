import CivilTime
import SeededRandom
import Testing

@Suite(.enabled(if: Zones.arePresent, "no zone files in /usr/share/zoneinfo"))
struct TimeZoneRulesTests {
    @Test(
        "clocks show what the public record says",
        arguments: [
            ("Europe/Paris", "2021-07-01T00:00:00Z", "2021-07-01T02:00"),
            ("Europe/Paris", "2021-03-28T00:59:59Z", "2021-03-28T01:59:59"),
            ("Europe/Paris", "2021-03-28T01:00:00Z", "2021-03-28T03:00"),
            ("Europe/Paris", "2021-10-31T00:59:59Z", "2021-10-31T02:59:59"),
            ("Europe/Paris", "2021-10-31T01:00:00Z", "2021-10-31T02:00"),
            ("Europe/Paris", "2090-07-01T00:00:00Z", "2090-07-01T02:00"),
            ("Europe/Paris", "2150-07-01T00:00:00Z", "2150-07-01T02:00"),
            ("Europe/Paris", "2400-12-25T12:00:00Z", "2400-12-25T13:00"),
            ("Europe/Paris", "1940-07-01T00:00:00Z", "1940-07-01T02:00"),
            ("Europe/Paris", "1890-01-01T00:00:00Z", "1890-01-01T00:09:21"),
            ("Indian/Mayotte", "2021-07-01T21:00:00Z", "2021-07-02T00:00"),
            ("Indian/Mayotte", "2300-01-01T00:00:00Z", "2300-01-01T03:00"),
            ("Africa/Casablanca", "2021-04-01T12:00:00Z", "2021-04-01T13:00"),
            ("Africa/Casablanca", "2021-04-20T12:00:00Z", "2021-04-20T12:00"),
            ("Africa/Casablanca", "2022-12-31T23:30:00Z", "2023-01-01T00:30"),
            ("Europe/Dublin", "2021-01-01T00:00:00Z", "2021-01-01T00:00"),
            ("Europe/Dublin", "2200-07-01T00:00:00Z", "2200-07-01T01:00"),
            ("Australia/Lord_Howe", "2021-01-01T00:00:00Z", "2021-01-01T11:00"),
            ("America/New_York", "2500-03-14T07:00:00Z", "2500-03-14T03:00"),
            ("Etc/GMT+12", "2021-01-01T00:00:00Z", "2020-12-31T12:00"),
        ])
    func civil(identifier: String, at: String, shows: String) throws {
        #expect(try zone(identifier).civil(at: instant(at)).iso == shows)
    }

    @Test(
        "a skipped time takes the offset before, a repeated one is its first",
        arguments: [
            ("Europe/Paris", "2021-03-28T02:30", "gap", "2021-03-28T01:30:00Z"),
            ("Europe/Paris", "2021-03-28T02:00", "gap", "2021-03-28T01:00:00Z"),
            ("Europe/Paris", "2021-03-28T03:00", "unique", "2021-03-28T01:00:00Z"),
            ("Europe/Paris", "2021-03-28T01:59:59", "unique", "2021-03-28T00:59:59Z"),
            ("Europe/Paris", "2021-10-31T02:30", "overlap", "2021-10-31T00:30:00Z"),
            ("Europe/Paris", "2021-10-31T02:00", "overlap", "2021-10-31T00:00:00Z"),
            ("Europe/Paris", "2021-10-31T03:00", "unique", "2021-10-31T02:00:00Z"),
            ("Europe/Paris", "2200-03-30T02:30", "gap", "2200-03-30T01:30:00Z"),
            ("Europe/Paris", "2200-10-26T02:30", "overlap", "2200-10-26T00:30:00Z"),
            ("Africa/Casablanca", "2021-04-11T02:30", "overlap", "2021-04-11T01:30:00Z"),
            ("Africa/Casablanca", "2021-05-16T02:30", "gap", "2021-05-16T02:30:00Z"),
            ("Pacific/Apia", "2011-12-30T12:00", "gap", "2011-12-30T22:00:00Z"),
            ("Indian/Mayotte", "2021-03-28T02:30", "unique", "2021-03-27T23:30:00Z"),
        ])
    func resolution(identifier: String, local: String, kind: String, at: String) throws {
        let found = try zone(identifier).timestamp(of: clock(local))
        let name =
            switch found {
            case .unique: "unique";
            case .gap: "gap";
            case .overlap: "overlap"
            }
        #expect(name == kind)
        #expect(found.instant.rfc3339 == at)
    }

    @Test(
        "a day begins where its first instant is, even if clocks skip midnight",
        arguments: [
            ("Europe/Paris", "2021-03-28", "2021-03-27T23:00:00Z", "2021-03-28T22:00:00Z"),
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
            ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z", "1919-04-01T04:00:00Z"),
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
            ("Africa/Cairo", "2010-10-01", "2010-09-30T22:00:00Z", "2010-10-01T22:00:00Z"),
        ])
    func days(identifier: String, date: String, start: String, end: String) throws {
        let zone = try zone(identifier)
        #expect(try zone.startOfDay(day(date)).rfc3339 == start)
        #expect(try zone.endOfDay(day(date)).rfc3339 == end)
    }

    @Test(
        "what a clock shows leads back to the instant, or to the earlier of two, by seed",
        arguments: [
            "Europe/Paris", "Africa/Casablanca", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe",
            "Asia/Gaza",
            "Antarctica/Troll", "Pacific/Apia", "America/Scoresbysund",
        ])
    func roundTrip(identifier: String) throws {
        let zone = try zone(identifier)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            let time = Timestamp(secondsSinceEpoch: .random(in: -3_000_000_000...9_000_000_000, using: &random))
            let local = zone.civil(at: time)
            switch zone.timestamp(of: local) {
            case .unique(let found): #expect(found == time, "seed 7, \(identifier), \(time)")
            case .overlap(let first): #expect(first <= time && zone.civil(at: first) == local, "seed 7, \(time)")
            case .gap: Issue.record("seed 7: \(identifier) shows \(local) at \(time) but skips it")
            }
            let start = zone.startOfDay(local.date)
            #expect(start <= time || zone.timestamp(of: local) != .unique(time), "seed 7, \(identifier), \(time)")
            #expect(zone.civil(at: start).date == local.date, "seed 7, \(identifier), \(time)")
            #expect(zone.civil(at: start - .seconds(1)).date < local.date, "seed 7, \(identifier), \(time)")
        }
    }

    @Test("UTC has no offset")
    func utc() throws {
        #expect(TimeZoneRules.utc.offset(at: .earliest) == 0)
        #expect(
            try TimeZoneRules.utc.timestamp(of: clock("2021-09-24T16:30")) == .unique(instant("2021-09-24T16:30:00Z")))
        #expect(try zone("Etc/UTC").offset(at: instant("2021-09-24T16:30:00Z")) == 0)
        #expect(TimeZoneRules.utc.endOfDay(.latest) == .latest)
    }

    @Test(
        "bytes that are no zone are refused with the reason",
        arguments: [
            ([], "ends inside a header"), (Array("TZif2".utf8), "ends inside a header"),
            (Array(repeating: 65, count: 60), "does not begin with 'TZif'"),
        ] as [([UInt8], String)])
    func refused(bytes: [UInt8], reason: String) throws {
        let error = try #require(throws: TZifError.self) { _ = try TimeZoneRules(tzif: bytes, identifier: "X/Y") }
        #expect(error.problem.contains(reason))
        #expect(error.description.hasPrefix("time zone 'X/Y': "))
    }

    @Test("a zone that counts leap seconds is refused")
    func leapSeconds() throws {
        let bytes = try zoneBytes("right/Europe/Paris")
        let error = try #require(throws: TZifError.self) {
            _ = try TimeZoneRules(tzif: bytes, identifier: "right/Europe/Paris")
        }
        #expect(error.problem.contains("leap seconds"))
    }

    @Test("daylight saving that never ends is understood from the footer alone")
    func permanentDaylight() throws {
        let zone = try TimeZoneRules(tzif: file(footer: "XXX3EDT4,0/0,J365/23"), identifier: "X")
        for time in ["2021-01-01T12:00:00Z", "2021-12-31T23:59:00Z", "2300-07-01T00:00:00Z", "2300-12-31T23:59:59Z"] {
            #expect(try zone.offset(at: instant(time)) == -14_400)
        }
    }

    @Test(
        "footers are read as POSIX and RFC 9636 have them",
        arguments: [
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2150-03-29T00:59:59Z", -7200),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2150-03-29T01:00:00Z", -3600),
            ("IST-2IDT,M3.4.4/26,M10.5.0", "2150-03-27T00:00:00Z", 10_800),
            ("<+0530>-5:30", "2150-01-01T00:00:00Z", 19_800),
            ("AAA-1BBB-3,J60,J300", "2148-03-01T01:30:00Z", 10_800),
            ("AAA-1BBB-3,J60,J300", "2148-02-29T23:30:00Z", 3600),
            ("AAA-1BBB-3,59,300", "2148-02-29T01:30:00Z", 10_800),
        ])
    func footers(text: String, at: String, offset: Int) throws {
        #expect(try TimeZoneRules(tzif: file(footer: text), identifier: "X").offset(at: instant(at)) == offset)
    }

    @Test(
        "footers that break the grammar are refused",
        arguments: [
            "A1", "AAA", "AAA1BBB", "AAA1BBB,M3.5.0", "AAA25", "AAA1BBB,M13.1.0,M3.5.0", "AAA1BBB,M3.6.0,M3.5.0",
            "<AA", "AAA1BBB,J0,J300", "AAA1BBB,366,J300", "AAA1BBB,J60/168,J300", "AAA1:60", "AAA1BBB,J60,J300x",
        ])
    func badFooters(text: String) {
        #expect(throws: TZifError.self) { try TimeZoneRules(tzif: file(footer: text), identifier: "X") }
    }

    /// A version 3 file without transitions, whose only type is UTC.
    private func file(footer: String) -> [UInt8] {
        let header = Array("TZif3".utf8) + Array(repeating: 0, count: 15)
        let counts: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
        let block: [UInt8] = [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
        return header + counts + block + header + counts + block + Array("\n\(footer)\n".utf8)
    }

    @Test("damaged files are refused or usable, but never crash, by seed", arguments: [1, 2, 3, 4] as [UInt64])
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let originals = try ["Europe/Paris", "Africa/Casablanca", "Asia/Gaza", "Etc/UTC"].map(zoneBytes)
        var usable = 0
        for round in 0..<400 {
            var bytes = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<(round % 3 == 0 ? min(100, bytes.count) : bytes.count), using: &random)
                bytes[place] = .random(in: 0...255, using: &random)
            }
            if round % 5 == 0 { bytes.removeLast(.random(in: 0..<bytes.count, using: &random)) }
            guard let zone = try? TimeZoneRules(tzif: bytes, identifier: "fuzz") else { continue }
            usable += 1
            for _ in 0..<20 {
                let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
                let time = Timestamp(microseconds: .random(in: range, using: &random))
                let local = zone.civil(at: time)
                _ = zone.timestamp(of: local)
                _ = zone.startOfDay(local.date)
                _ = zone.endOfDay(local.date)
            }
        }
        #expect(usable > 0, "seed \(seed)")
    }
}
