/// Whether an event descriptor of a transition matches an event's name: `*`, the name itself, or a prefix of whole
/// parts with or without `.*` (SCXML 1.0, 3.12.1).
package func eventDescriptor(_ descriptor: String, matches name: String) -> Bool {
    if descriptor == "*" { return true }
    let prefix = descriptor.hasSuffix(".*") ? descriptor.dropLast(2) : Substring(descriptor)
    return name == prefix || (name.hasPrefix(prefix) && name.dropFirst(prefix.count).first == ".")
}
