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

    @Test(
        "« de » loses its vowel before another",
        arguments: [
            ("Aïd Al Adha", "d'Aïd Al Adha"), ("Épiphanie", "d'Épiphanie"), ("Europe/Paris", "d'Europe/Paris"),
            ("UTC", "d'UTC"), ("Œuvre", "d'Œuvre"), ("Noël", "de Noël"), ("1er Moharram", "de 1er Moharram"),
            ("", "de "),
        ])
    func elision(name: String, expected: String) { #expect(frenchOf(name) == expected) }

    @Test("a step names a holiday in French")
    func holiday() throws {
        let step = DerivationStep.estimated(
            Holiday(date: try day("2022-05-03"), name: "Aïd Al Fitr", provisional: true))
        #expect(step.words(in: .french) == "provisoire : la date d'Aïd Al Fitr, mardi 3 mai 2022, est estimée")
    }
}
