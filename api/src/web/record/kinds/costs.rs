//! Fixed costs and the furnishing credit.

use super::super::field::Input::{Account, Amount, Day, Known, Lines, Month, Number, One, Text, Yes};
use super::super::field::{Choice, Field, Known as List};
use super::{COSTS, Kind};

const RHYTHMS: &[Choice] =
    &[("monthly", "Elke maand"), ("quarterly", "Elk kwartaal"), ("yearly", "Elk jaar")];

/// The fields of something that is owed.
pub(in super::super) const OBLIGATION_FIELDS: &[Field] = &[
    Field::must("kind", "Soort", One(COSTS)),
    Field::must("payee", "Ontvanger", Known(List::Payee)),
    Field::must("amount", "Bedrag per keer", Amount),
    Field::must("first_due", "Eerste vervaldag", Day)
        .hint("Elke volgende keer vervalt het op hetzelfde dagnummer. Wat eerder verviel, betalen wij niet."),
    Field::must("reference", "Contractnummer of kenmerk", Text),
    Field::may("rhythm", "Hoe vaak", One(RHYTHMS)).hint("Zonder keuze: elke maand."),
    Field::may("last_due", "Laatste vervaldag", Day).hint("Alleen als die bekend is."),
    Field::may("member", "Van wie", Known(List::Member)).hint("Zonder keuze: van het hele huishouden."),
];

const REFERENCE: Field = Field::must("reference", "Kenmerk van het besluit", Text);
const WHICH: Field = Field::must("obligation", "Welke vaste last", Known(List::Obligation));
const PERIOD: Field = Field::must("period", "Maand waarin de rekening vervalt", Month);
const EARLIER: Field = Field::may("period", "Maand waarin de rekening verviel", Month)
    .hint("Alleen voor een eerdere rekening, die niet betaald is.");
const MONTH: Field = Field::must("month", "Uit de uitkering van", Month);

pub(super) const FIXED_COSTS: &[Kind] = &[
    Kind {
        code: "obligation",
        name: "Nieuwe vaste last",
        about: "Een rekening die wij voortaan betalen.",
        fields: OBLIGATION_FIELDS,
    },
    Kind {
        code: "amount_change",
        name: "Ander bedrag",
        about: "Vanaf een dag geldt een ander bedrag, volgens een brief of contract.",
        fields: &[
            WHICH,
            Field::must("from", "Vanaf", Day),
            Field::must("amount", "Nieuw bedrag per keer", Amount),
            Field::must("reference", "Kenmerk van de brief of het contract", Text),
        ],
    },
    Kind {
        code: "obligation_end",
        name: "Vaste last stopt",
        about: "Na deze dag vervalt er niets meer.",
        fields: &[WHICH, Field::must("last_day", "Laatste dag", Day)],
    },
    Kind {
        code: "pay_anyway",
        name: "Toch betalen",
        about: "U besluit dat een rekening die wacht, toch betaald wordt.",
        fields: &[REFERENCE, WHICH, MONTH, EARLIER],
    },
    Kind {
        code: "pay_later",
        name: "Later betalen",
        about: "U hebt met de ontvanger afgesproken dat een rekening wacht.",
        fields: &[REFERENCE, WHICH, MONTH, EARLIER],
    },
    Kind {
        code: "paid_by_other",
        name: "Door een ander betaald",
        about: "Iemand anders heeft deze rekening betaald. Wij betalen haar niet meer.",
        fields: &[
            WHICH,
            PERIOD,
            Field::must("by", "Wie heeft betaald", Text),
            Field::must("proof", "Bewijs", Text).hint("Bijvoorbeeld het kenmerk van de brief."),
        ],
    },
    Kind {
        code: "rebooking",
        name: "Verkeerd geboekte betaling omboeken",
        about: "Een betaling is voor de verkeerde vaste last of het verkeerde huishouden gedaan.",
        fields: &[
            REFERENCE,
            Field::must("obligation", "Betaald voor", Known(List::Obligation)),
            PERIOD,
            Field::may("to_household", "Nummer van het juiste huishouden", Text)
                .hint("Alleen als het voor een ander huishouden bedoeld was."),
            Field::must("to_obligation", "Contractnummer waarvoor betaald had moeten worden", Text),
            Field::must("second_person", "Tweede persoon", Text)
                .hint("De naam waarmee uw collega inlogt. U kunt dit niet zelf zijn."),
            Field::may("letter_sent", "Er is al een brief of overzicht met deze fout verstuurd", Yes),
        ],
    },
    Kind {
        code: "expected",
        name: "Geld dat verwacht wordt",
        about: "Er komt geld binnen, of een ontvanger incasseert. Dan herkennen wij het op het afschrift.",
        fields: &[
            Field::must("reference", "Kenmerk van de brief of het besluit", Text),
            Field::must("kind", "Wat is het", One(EXPECTED)),
            Field::may("obligation", "Van welke vaste last", Known(List::Obligation))
                .hint("Nodig bij een teruggave of incasso."),
            Field::must("amount", "Bedrag per keer", Amount),
            Field::may("rhythm", "Hoe vaak", One(RHYTHMS)).hint("Zonder keuze: een keer."),
            Field::must("from", "Eerste dag", Day),
            Field::may("until", "Laatste dag", Day),
            Field::may("iban", "Rekening aan de andere kant", Account)
                .hint("Alleen als het niet de rekening van de ontvanger of de klant is."),
            Field::may("payment_reference", "Betalingskenmerk", Text)
                .hint("Alleen als het niet het contractnummer is."),
            Field::may("mandate", "Machtigingskenmerk", Text).hint("Alleen bij een incasso."),
            Field::may("terms.0", "Zoekwoord 1", Text)
                .hint("Woorden die allemaal in de omschrijving van de bank moeten staan."),
            Field::may("terms.1", "Zoekwoord 2", Text),
        ],
    },
];

const EXPECTED: &[Choice] = &[
    ("refund", "Een ontvanger geeft iets terug"),
    ("repayment", "De klant betaalt iets terug"),
    ("collection", "Een ontvanger incasseert"),
];

const BUDGET: &str = "Een regel per soort, met het bedrag erachter. Bijvoorbeeld: koelkast 300,00.";

const PAID: &[Choice] =
    &[("household", "Aan het huishouden"), ("invoices", "Alleen aan leveranciers"), ("in_kind", "In natura")];
const EVIDENCE: &[Choice] = &[("receipt", "Bon of factuur"), ("declaration", "Verklaring zonder bon")];
const UNSPENT: &[Choice] =
    &[("returned", "Er is niets over: het is terug"), ("in_principal", "Het blijft deel van de lening")];
const TO: &[Choice] = &[("gift", "Lening wordt gift"), ("loan", "Gift wordt lening")];
const BY: &[Choice] = &[("household", "Het huishouden"), ("supplier", "De leverancier")];

const CREDIT: Field = Field::must("credit", "Welk krediet", Known(List::Credit));
const PART: Field = Field::must("tranche", "Nummer van het deel", Number);
const WHY: Field = Field::must("reason", "Waarom", Text);

pub(super) const FURNISHING: &[Kind] = &[
    Kind {
        code: "credit",
        name: "Inrichtingskrediet toegekend",
        about: "Een krediet in delen. Een volgend deel gaat open als het vorige met bonnen is getoond.",
        fields: &[
            REFERENCE,
            Field::may("amount", "Bedrag van het krediet", Amount).hint("Zonder bedrag: het normbedrag."),
            Field::may("gift", "Waarvan een gift", Amount).hint("De rest is een lening."),
            Field::may("legal_basis", "Grondslag", Text).hint("Zonder tekst: Pw 51."),
            Field::may("objection_until", "Laatste dag om bezwaar te maken", Day),
            Field::may("ground", "Waarom anders dan het beleid", Text).hint("Alleen bij maatwerk."),
            Field::may("buy_from", "Eerste dag om te kopen", Day).hint("Zonder dag: vanaf het besluit."),
            Field::may("buy_until", "Laatste dag om te kopen", Day),
            Field::may("tranche.0.amount", "Deel 1: bedrag", Amount)
                .hint("Zonder bedragen: de verdeling van het beleid."),
            Field::may("tranche.0.budget", "Deel 1: waarvoor", Lines).hint(BUDGET),
            Field::may("tranche.0.paid", "Deel 1: hoe betaald", One(PAID)),
            Field::may("tranche.1.amount", "Deel 2: bedrag", Amount),
            Field::may("tranche.1.budget", "Deel 2: waarvoor", Lines).hint(BUDGET),
            Field::may("tranche.1.paid", "Deel 2: hoe betaald", One(PAID)),
            Field::may("tranche.2.amount", "Deel 3: bedrag", Amount),
            Field::may("tranche.2.budget", "Deel 3: waarvoor", Lines).hint(BUDGET),
            Field::may("tranche.2.paid", "Deel 3: hoe betaald", One(PAID)),
        ],
    },
    Kind {
        code: "evidence",
        name: "Bonnen ontvangen",
        about: "Bonnen of verklaringen voor een deel van het krediet.",
        fields: &[
            CREDIT,
            PART,
            Field::must("line", "Bonnen", Lines)
                .hint("Een regel per bon, met het bedrag erachter. Bijvoorbeeld: bed 349,99."),
            Field::may("kind", "Wat is het", One(EVIDENCE)).hint("Zonder keuze: een bon of factuur."),
            Field::may("shop", "Winkel of verkoper", Text),
            Field::may("bought_on", "Dag op de bon", Day),
            Field::may("number", "Nummer op de bon", Text),
            Field::may("unreadable", "De bon is niet te lezen", Yes),
            Field::may("reference", "Eigen nummer", Text)
                .hint("Zonder nummer geven wij er een: bon-1, bon-2."),
        ],
    },
    Kind {
        code: "evidence_withdrawn",
        name: "Bon teruggenomen",
        about: "Een bon is bij vergissing vastgelegd en telt niet meer mee.",
        fields: &[CREDIT, Field::must("evidence", "Eigen nummer van de bon of factuur", Text), WHY],
    },
    Kind {
        code: "evidence_told_apart",
        name: "Geen dubbele bon",
        about: "U hebt gekeken: de bon lijkt op een andere, maar is een andere aankoop. Dan telt hij mee.",
        fields: &[CREDIT, Field::must("evidence", "Eigen nummer van de bon", Text), WHY],
    },
    Kind {
        code: "evidence_accepted",
        name: "Meer dan het budget geaccepteerd",
        about: "U vindt het goed dat iets duurder was dan het budget.",
        fields: &[
            CREDIT,
            PART,
            Field::must("category", "Waarvoor", Text),
            Field::must("up_to", "Telt mee tot", Amount),
            WHY,
        ],
    },
    Kind {
        code: "home_visit",
        name: "Huisbezoek",
        about: "Iemand is thuis geweest en heeft de spullen gezien, of niet.",
        fields: &[
            CREDIT,
            PART,
            Field::may("confirmed", "De spullen zijn gezien", Yes),
            Field::may("seen.0", "Gezien 1", Text).hint("Bijvoorbeeld: bed."),
            Field::may("seen.1", "Gezien 2", Text),
            Field::may("seen.2", "Gezien 3", Text),
            Field::must("note", "Verslag", Text),
        ],
    },
    Kind {
        code: "tranche_opened",
        name: "Deel opengezet",
        about: "U besluit dat een deel betaald mag worden, ook al ontbreekt er nog iets.",
        fields: &[CREDIT, PART, WHY],
    },
    Kind {
        code: "tranche_undone",
        name: "Deel teruggenomen",
        about: "Een deel dat nog niet naar de bank is, wordt niet betaald.",
        fields: &[CREDIT, PART, WHY],
    },
    Kind {
        code: "carry_forward_waived",
        name: "Deel niet verlaagd",
        about: "Geld dat niet met bonnen is getoond, verlaagt dit deel niet.",
        fields: &[CREDIT, PART, Field::may("amount", "Bedrag", Amount).hint("Zonder bedrag: alles."), WHY],
    },
    Kind {
        code: "supplier_invoice",
        name: "Factuur van een leverancier",
        about: "Wij betalen een leverancier rechtstreeks uit een deel van het krediet.",
        fields: &[
            Field::must("reference", "Factuurnummer", Text),
            CREDIT,
            PART,
            Field::must("payee", "Leverancier", Known(List::Payee)),
            Field::must("line", "Regels", Lines).hint(BUDGET),
            Field::may("agreed", "Hoe de klant akkoord ging", Text).hint("Nodig boven het budget."),
        ],
    },
    Kind {
        code: "delivery",
        name: "Levering",
        about: "Wat een leverancier in rekening bracht, is bezorgd. Dan telt de factuur mee.",
        fields: &[
            CREDIT,
            Field::must("invoice", "Factuurnummer", Text),
            Field::must("note", "Leveringsbewijs", Text),
        ],
    },
    Kind {
        code: "in_kind",
        name: "In natura meegegeven",
        about: "Spullen uit een deel van het krediet zijn meegegeven.",
        fields: &[
            CREDIT,
            PART,
            Field::must("reference", "Nummer van het ontvangstbewijs", Text),
            Field::must("line", "Spullen", Lines).hint(BUDGET),
        ],
    },
    Kind {
        code: "credit_returned",
        name: "Geld van het krediet terug",
        about: "Het huishouden of een leverancier betaalde terug.",
        fields: &[
            CREDIT,
            PART,
            Field::must("amount", "Bedrag", Amount),
            Field::may("by", "Van wie", One(BY)).hint("Zonder keuze: het huishouden."),
            Field::may("invoice", "Factuurnummer", Text)
                .hint("Van een leverancier met meer dan een factuur."),
            Field::must("proof", "Bewijs", Text).hint("Kasbon of regel van het afschrift."),
        ],
    },
    Kind {
        code: "credit_settled",
        name: "Krediet afgerekend",
        about: "Het krediet is klaar. Er wordt niets meer betaald en er kan geen bon meer bij.",
        fields: &[REFERENCE, CREDIT, Field::must("unspent", "Geld dat niet is verantwoord", One(UNSPENT))],
    },
    Kind {
        code: "credit_converted",
        name: "Lening en gift omgezet",
        about: "Een besluit maakt van een lening een gift, of van een gift een lening.",
        fields: &[
            REFERENCE,
            CREDIT,
            Field::must("to", "Wat wordt het", One(TO)),
            Field::must("amount", "Bedrag", Amount),
            Field::must("ground", "Waarom", Text),
            Field::must("legal_basis", "Grondslag", Text),
            Field::must("objection_until", "Laatste dag om bezwaar te maken", Day),
        ],
    },
    Kind {
        code: "early_repayment",
        name: "Eerder afgelost",
        about: "De klant betaalde zelf een deel van de lening terug.",
        fields: &[
            Field::must("deduction", "Welke aflossing", Known(List::Deduction)),
            Field::must("amount", "Bedrag", Amount),
            Field::must("proof", "Bewijs", Text).hint("Kasbon of regel van het afschrift."),
        ],
    },
];
