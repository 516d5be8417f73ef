/// Why a call was refused or failed, in the shape in which it leaves a process.
package struct ControlError: Error, Codable, Hashable, Sendable {
    /// What kind of failure it is. The raw value is for programs and never changes.
    package enum Code: String, Codable, CaseIterable, Sendable {
        case caseNotFound = "case-not-found"
        case caseExists = "case-exists"
        case workflowNotFound = "workflow-not-found"
        case badRequest = "bad-request"
        case notAccepted = "not-accepted"
        case incomplete
        case unsettled
        case planNotFound = "plan-not-found"
        case planChanged = "plan-changed"
        case storeFull = "store-full"
        case storeFailed = "store-failed"
        case backupFailed = "backup-failed"
        case chainBroken = "chain-broken"
        case messageNotFound = "message-not-found"
        case messageSettled = "message-settled"
        case busy
        case stopping
        case permissionDenied = "permission-denied"

        /// The error's name in the interface, without the interface's: `CaseNotFound`.
        package var errorName: String {
            rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }

        /// The error's full name, as it crosses the socket.
        package var fullName: String { "\(ControlInterface.name).\(errorName)" }
    }

    /// What kind of failure it is.
    package var code: Code
    /// For people: names the thing and what is wrong with it.
    package var message: String
    /// What to do next; `nil` where there is nothing.
    package var hint: String?

    /// Makes an error.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
