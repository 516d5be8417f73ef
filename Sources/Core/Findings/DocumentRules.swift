import CivilTime
import Expressions
import WorkflowModel

// Rules about the document and the organs it names: CHK-11, CHK-13, CHK-15, CHK-26.

extension Examination {
    var documentFindings: [Finding] {
        missingParts + incompleteOrgans + foreignAddresses + severalChannels + mixedWords
    }

    /// CHK-11: what the document refers to is there.
    private var missingParts: [Finding] {
        terms.references.filter(\.isMissing).map { reference in
            finding(
                "CHK-11", slug(reference.to), .warning,
                say(
                    "\(quoted(reference.to)) : le document y renvoie, et ce n'est pas joint.",
                    "The document refers to \(quoted(reference.to)), which is not attached."),
                say(
                    "Le demander et en reporter les échéances avant l'exécution.",
                    "Ask for it, and take over its dates before execution."),
                [reference.clause])
        }
    }

    /// CHK-13: an organ that decides says who votes, with how many, and by which majority.
    private var incompleteOrgans: [Finding] {
        terms.organs.compactMap { organ in
            let missing = [
                organ.hasSeats ? nil : say("la composition", "who sits in it"),
                organ.hasQuorum ? nil : say("le quorum", "its quorum"),
                organ.hasMajority ? nil : say("la majorité", "its majority"),
            ].compactMap(\.self)
            guard !missing.isEmpty else { return nil }
            return finding(
                "CHK-13", slug(organ.name), .warning,
                say(
                    "\(quoted(organ.title)) décide, et le document n'en fixe pas \(list(missing)).",
                    "\(quoted(organ.title)) decides, and the document does not say \(list(missing))."),
                say(
                    "Nommer ses membres et fixer ses règles avant sa première réunion.",
                    "Name its members and fix its rules before it first meets."),
                [organ.clause])
        }
    }

    /// CHK-15: the address for offers belongs to the buyer's site.
    private var foreignAddresses: [Finding] {
        let sites = terms.offers.compactMap { offers in offers.site.map { (domain: domain($0), clause: offers.clause) }
        }
        guard let site = sites.first else { return [] }
        return terms.channels.compactMap { channel in
            guard channel.kind == .email, let at = channel.address.lastIndex(of: "@") else { return nil }
            let mail = domain(String(channel.address[channel.address.index(after: at)...]))
            guard mail != site.domain, !mail.hasSuffix("." + site.domain), !site.domain.hasSuffix("." + mail) else {
                return nil
            }
            return finding(
                "CHK-15", "address", .warning,
                say(
                    "Les offres vont à \(quoted(channel.address)), et le site de l'acheteur est \(quoted(site.domain)) : les domaines diffèrent.",
                    "Offers go to \(quoted(channel.address)), and the buyer's site is \(quoted(site.domain)): the domains differ."
                ),
                say(
                    "Vérifier l'adresse auprès de l'acheteur : une offre envoyée à une fausse adresse n'arrive pas.",
                    "Check the address with the buyer: an offer sent to a wrong one does not arrive."),
                [channel.clause, site.clause])
        }
    }

    private func domain(_ text: String) -> String {
        let text = text.lowercased()
        return text.hasPrefix("www.") ? String(text.dropFirst(4)) : text
    }

    /// CHK-15: one way for offers to arrive.
    private var severalChannels: [Finding] {
        let kinds = names(of: terms.channels.map(\.kind.rawValue))
        guard kinds.count > 1 else { return [] }
        let told = terms.channels.map { channel in
            switch channel.kind {
            case .email: say("par courriel", "by e-mail")
            case .post: say("par la poste", "by post")
            case .platform: say("sur une plateforme", "on a platform")
            case .hand: say("en main propre", "by hand")
            }
        }
        return [
            finding(
                "CHK-15", "channels", .note,
                say(
                    "Les offres arrivent par plusieurs voies : \(list(names(of: told))).",
                    "Offers arrive in several ways: \(list(names(of: told)))."),
                say(
                    "Enregistrer l'heure de réception de chacune ; c'est elle qui compte.",
                    "Record when each is received; that is what counts."),
                terms.channels.map(\.clause))
        ]
    }

    /// CHK-26: one word for one thing.
    private var mixedWords: [Finding] {
        names(of: terms.vocabulary.map(\.of)).compactMap { thing in
            let uses = terms.vocabulary.filter { $0.of == thing }
            let words = names(of: uses.map(\.word))
            guard words.count > 1 else { return nil }
            return finding(
                "CHK-26", slug(thing), .note,
                say(
                    "Le document emploie plusieurs mots pour une même chose (\(thing)) : \(list(words.map { quoted($0) })).",
                    "The document has several words for one thing (\(thing)): \(list(words.map { quoted($0) }))."),
                say("Lire ces mots comme un seul.", "Read these words as one."), uses.map(\.clause))
        }
    }
}
