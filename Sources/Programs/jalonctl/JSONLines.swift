import Calculations
import Glibc

/// `--lines`: one JSON object a line on stdin, one on stdout, in order, each written before the next is read, so that
/// another program can hold a conversation.
enum JSONLines {
    /// The most bytes of a line; a longer one is answered by an error.
    static let maximumBytes = 1 << 20
    private static let chunk = 64 << 10

    /// Answers every line of an input.
    ///
    /// - Throws: ``Failure`` where the input cannot be read or the output not be written.
    static func run(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO, answering answer: ([UInt8]) -> String
    ) throws(Failure) {
        var splitter = LineSplitter(limit: maximumBytes)
        var buffer = [UInt8](repeating: 0, count: chunk)
        while true {
            let count = read(input, &buffer, chunk)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("stdin cannot be read") }
            guard count > 0 else { break }
            splitter.append(buffer[..<count])
            while let line = splitter.next() { try write(Self.answer(line, answer), to: output) }
        }
        if let line = splitter.finish() { try write(Self.answer(line, answer), to: output) }
    }

    private static func answer(_ line: LineSplitter.Line, _ answer: ([UInt8]) -> String) -> String {
        switch line {
        case .whole(let bytes): answer(bytes)
        case .tooLong: errorLine("the line has more than the \(maximumBytes) bytes allowed")
        }
    }

    private static func write(_ line: String, to output: Int32) throws(Failure) {
        var line = line + "\n"
        let written = line.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(output, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                guard count > 0 || errno == EINTR else { return false }
                done += max(0, count)
            }
            return true
        }
        guard written else { throw failure("stdout cannot be written") }
    }

    private static func failure(_ what: String) -> Failure {
        Failure(.other, code: "lines", "\(what): \(String(cString: strerror(errno)))")
    }
}

extension Failure {
    /// What was asked for cannot be calculated.
    init(_ error: CalculationError) { self = .usage(error.message) }
}

/// Runs a calculation; what is wrong with it is a mistake in the command line.
func calculating<Result>(_ body: () throws(CalculationError) -> Result) throws(Failure) -> Result {
    do throws(CalculationError) { return try body() } catch { throw Failure(error) }
}
