/// A clock that dates count by: stopped and resumed by events, such as service orders.
package struct Clock: Sendable {
    package var name: String
    package var title: String
    /// Names of the events that stop it.
    package var stops: [String]
    /// Names of the events that let it run again.
    package var resumes: [String]
    package var clause: Clause?

    package init(name: String, title: String, stops: [String], resumes: [String], clause: Clause?) {
        self.name = name
        self.title = title
        self.stops = stops
        self.resumes = resumes
        self.clause = clause
    }
}
