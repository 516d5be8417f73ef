/// A language that dates, periods and derivations can be told in.
package enum Language: String, CaseIterable, Hashable, Sendable {
    case english = "en"
    case french = "fr"
}
