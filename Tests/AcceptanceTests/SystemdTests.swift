import Foundation
import Glibc
import Testing

/// A throw-away system with a real systemd, where this machine can start one.
enum Lab {
    static let script = Installation.root.deletingLastPathComponent().appending(path: "shared/tools/systemd-lab.sh")

    static var isUsable: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: script.path)
            && ["/usr/bin/systemd-nspawn", "/usr/sbin/debootstrap"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: $0)
            }
    }
}

@Suite("Under a real systemd")
struct SystemdTests {
    @Test(
        "the units start, remind, survive a kill, reload and stop",
        .enabled(if: Lab.isUsable, "needs root, systemd-container, debootstrap and the laboratory's script"))
    func units() throws {
        let folder = URL(fileURLWithPath: "/tmp/jalon-lab-\(getpid())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try furnish(folder)
        let script = Installation.root.appending(path: "Tests/AcceptanceTests/Fixtures/lab.sh")
        let result = try run(
            Lab.script.path,
            [
                "--seed", "\(folder.path)/system:/", "--copy", "\(script.path):/root/lab.sh", "--", "bash",
                "/root/lab.sh",
            ])
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 0, "\(result.output)")
        #expect(!lines.contains { $0.hasPrefix("FAILED") }, "\(result.output)")
        #expect(lines.count { $0.hasPrefix("ok ") } == 18, "\(result.output)")
    }

    /// Lays out the system as a package would.
    private func furnish(_ folder: URL) throws {
        let files = FileManager.default
        func copy(_ source: URL, _ target: String) throws {
            let destination = folder.appending(path: "system/\(target)")
            try files.createDirectory(
                at: destination.deletingLastPathComponent(), withIntermediateDirectories: true)
            try files.copyItem(at: source.resolvingSymlinksInPath(), to: destination)
        }
        let deploy = Installation.root.appending(path: "deploy/systemd")
        try copy(deploy.appending(path: "jalond.service"), "etc/systemd/system/jalond.service")
        try copy(deploy.appending(path: "jalond.socket"), "etc/systemd/system/jalond.socket")
        try copy(deploy.appending(path: "jalon.conf"), "usr/lib/sysusers.d/jalon.conf")
        try copy(Installation.root.appending(path: "workflows"), "usr/share/jalon/workflows")
        try write(
            """
            jalon: 1
            workflow: pulse
            title: Pouls
            language: fr
            time-zone: Europe/Paris
            parties: { reader: Lecteur }
            states:
              waiting: { after: { 2 seconds: told } }
              told:
                entry: [{ notify: { to: reader, subject: Deux secondes ont passé, text: Deux secondes ont passé } }]
            """, to: folder.appending(path: "system/etc/jalon/workflows/pulse.yaml"))
        // The libraries come along, so that the system needs no packages and no network.
        try write("/usr/lib/jalon/lib\n", to: folder.appending(path: "system/etc/ld.so.conf.d/jalon.conf"))
        let programs = Installation.programs
        for (name, target) in [
            ("jalond", "usr/sbin/jalond"), ("jalonctl", "usr/bin/jalonctl"),
            ("jalon-journal", "usr/lib/jalon/plugins/journal/jalon-journal"),
        ] {
            try copy(programs.appending(path: name), target)
            let libraries = try run("/usr/bin/ldd", [programs.appending(path: name).path]).output
            for line in libraries.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count >= 3, words[1] == "=>", let library = words[2].split(separator: "/").last else {
                    continue
                }
                // The C library has to be the system's own.
                guard !["libc.so.6", "libm.so.6", "libresolv.so.2", "libpthread.so.0"].contains(library) else {
                    continue
                }
                let place = "usr/lib/jalon/lib/\(library)"
                if !files.fileExists(atPath: folder.appending(path: "system/\(place)").path) {
                    try copy(URL(fileURLWithPath: String(words[2])), place)
                }
            }
        }
        let manifest = "Sources/Plugins/BuiltIn/Journal/plugin.yaml"
        try copy(Installation.root.appending(path: manifest), "usr/lib/jalon/plugins/journal/plugin.yaml")
        for zone in ["Europe/Paris", "Africa/Casablanca", "tzdata.zi"] {
            try copy(URL(fileURLWithPath: "/usr/share/zoneinfo/\(zone)"), "usr/share/zoneinfo/\(zone)")
        }
    }

    private func write(_ text: String, to file: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let file = URL(fileURLWithPath: "/tmp/jalon-lab-output-\(getpid())")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }
}
