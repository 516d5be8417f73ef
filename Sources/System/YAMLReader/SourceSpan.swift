/// A place in a text: where a reader's finger would point.
package struct SourceMark: Hashable, Sendable {
    /// The line, from 1. Lines end with LF, CR LF or CR.
    package var line: Int
    /// The column, from 1, in characters (Unicode scalars); a tab is one, a byte order mark none.
    package var column: Int
    /// The distance from the start of the text in UTF-8 bytes, from 0, a byte order mark included.
    package var offset: Int

    /// Makes a place from its three coordinates, which must agree with one another.
    package init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }
}

/// A stretch of a text, from `start` up to but not including `end`; empty where something was left out.
package struct SourceSpan: Hashable, Sendable {
    /// The first character's place.
    package var start: SourceMark
    /// The place just after the last character.
    package var end: SourceMark

    /// Makes a span; `end` must not lie before `start`.
    package init(start: SourceMark, end: SourceMark) {
        self.start = start
        self.end = end
    }
}
