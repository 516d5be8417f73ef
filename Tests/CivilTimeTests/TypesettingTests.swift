import CivilTime
import Testing

@Suite struct TypesettingTests {
    @Test(
        "French has no-break spaces, shown as _, where a line must not break; nothing else changes",
        arguments: [
            (
                "Remise du rapport : le 3 mai à 16 h 30 ; 5 % de pénalité !",
                "Remise du rapport_: le 3 mai à 16_h_30_; 5_% de pénalité_!"
            ),
            ("« Étude » ? à 9 h", "«_Étude_»_? à 9_h"),
            ("3 hommes, 2 heures, h 30, 16 h30", "3 hommes, 2 heures, h 30, 16_h30"),
            ("16_h 30", "16_h_30"),
            ("l'été à l'œuvre, 5 ‰", "l'été à l'œuvre, 5_‰"),
            ("", ""), (" ", " "), (": seul", ": seul"),
        ])
    func french(text: String, typeset: String) {
        func spaced(_ text: String) -> String { text.replacing("_", with: "\u{A0}") }
        #expect(Language.french.typeset(spaced(text)) == spaced(typeset))
        #expect(Language.english.typeset(spaced(text)) == spaced(text))
    }
}
