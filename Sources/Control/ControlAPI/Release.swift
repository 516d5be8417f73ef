/// Which release of Jalon this is.
package enum Release {
    /// As both programs print it.
    package static let version = "0.1.0"
}
