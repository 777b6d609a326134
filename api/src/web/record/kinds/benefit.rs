//! The benefit, income, and what is withheld.

use super::super::field::Input::{Amount, Day, Known, Month, Number, One, Percent, Text};
use super::super::field::{Choice, Field, Known as List};
use super::Kind;

/// The norms.
pub(in super::super) const NORMS: &[Choice] = &[
    ("single", "Alleenstaande (21 jaar tot pensioen)"),
    ("couple", "Paar (beiden 21 jaar tot pensioen)"),
    ("single_18_20", "Alleenstaande van 18 tot en met 20"),
    ("single_18_20_increased", "Alleenstaande van 18 tot en met 20, verhoogd"),
    ("couple_18_20", "Paar, beiden 18 tot en met 20, zonder kinderen"),
    ("couple_18_20_with_child", "Paar, beiden 18 tot en met 20, met kinderen"),
    ("couple_18_20_and_21", "Paar, een van beiden 18 tot en met 20, zonder kinderen"),
    ("couple_18_20_and_21_with_child", "Paar, een van beiden 18 tot en met 20, met kinderen"),
    ("pension_single", "Alleenstaande met pensioenleeftijd"),
    ("pension_couple", "Paar met pensioenleeftijd"),
    ("institution_single", "Alleenstaande in een inrichting"),
    ("institution_couple", "Paar in een inrichting"),
    ("spouse_without_right", "Getrouwd, de partner heeft geen recht (artikel 24)"),
    ("cost_sharing_single", "Kostendeler: alleenstaande"),
    ("cost_sharing_couple", "Kostendeler: paar"),
];

const ENDS: &[Choice] = &[
    ("work", "Werk"),
    ("study", "Studie"),
    ("moved", "Verhuisd naar een andere gemeente"),
    ("death", "Overlijden"),
    ("left", "Vertrokken, adres onbekend"),
    ("other", "Iets anders"),
];

const REFERENCE: Field = Field::must("reference", "Kenmerk van het besluit", Text);
const MONTH: Field = Field::must("month", "Maand van de uitkering", Month);

/// The fields of a decision on the right.
pub(in super::super) const BENEFIT_FIELDS: &[Field] = &[
    REFERENCE,
    Field::must("norm", "Norm", One(NORMS)),
    Field::must("right_from", "Recht vanaf", Day),
    Field::may("right_until", "Recht tot en met", Day).hint("Alleen als het besluit een einde noemt."),
    Field::may("amount", "Bedrag per maand", Amount)
        .hint("Alleen als het besluit een ander bedrag noemt dan de norm: met vakantiegeld, voor inkomen en verlaging."),
    Field::may("cost_sharers", "Aantal kostendelers", Number)
        .hint("Alleen bij een norm voor kostendelers: de bewoner, de partner en iedere huisgenoot die meetelt."),
];

pub(super) const BENEFIT: &[Kind] = &[
    Kind {
        code: "benefit",
        name: "Uitkering toegekend of gewijzigd",
        about: "Een besluit over het recht. Vanaf de eerste dag komt het in de plaats van elk eerder besluit.",
        fields: BENEFIT_FIELDS,
    },
    Kind {
        code: "benefit_end",
        name: "Uitkering stopt",
        about: "Het recht eindigt. Vanaf de dag erna betalen wij niets meer.",
        fields: &[
            REFERENCE,
            Field::must("last_day", "Laatste dag van het recht", Day),
            Field::must("reason", "Reden", One(ENDS)),
        ],
    },
    Kind {
        code: "suspension",
        name: "Uitkering opgeschort",
        about: "Op deze dagen gaat er geen betaling uit, hoogstens acht weken. De ontzorgperiode loopt door.",
        fields: &[
            REFERENCE,
            Field::must("from", "Vanaf", Day),
            Field::must("until", "Tot en met", Day).hint("Hoogstens 56 dagen."),
        ],
    },
    Kind {
        code: "suspension_lifted",
        name: "Opschorting eerder voorbij",
        about: "De opschorting eindigt eerder dan besloten was.",
        fields: &[
            Field::must("reference", "Welke opschorting", Known(List::Suspension)),
            Field::must("last_day", "Laatste dag van de opschorting", Day),
        ],
    },
    Kind {
        code: "reduction",
        name: "Verlaging (maatregel)",
        about: "Een besluit om de uitkering van een maand te verlagen. Geef een percentage of een bedrag.",
        fields: &[
            REFERENCE,
            MONTH,
            Field::may("share", "Percentage van de norm", Percent).hint("Bijvoorbeeld 30."),
            Field::may("amount", "Of een bedrag", Amount),
        ],
    },
    Kind {
        code: "advance",
        name: "Voorschot uitbetaald",
        about: "Een voorschot dat voor het besluit is betaald. Het gaat af van de uitkering van die maand.",
        fields: &[REFERENCE, MONTH, Field::must("amount", "Bedrag", Amount)],
    },
    Kind {
        code: "bridge",
        name: "Overbrugging (bijzondere bijstand)",
        about: "Bijzondere bijstand die een maand overbrugt. Het bedrag komt bij de uitkering van die maand.",
        fields: &[REFERENCE, MONTH, Field::must("amount", "Bedrag", Amount)],
    },
];

const COUNTS: &[Choice] = &[
    ("fully", "Helemaal"),
    ("wage_25", "Loon, 25 % vrijgelaten (hoogstens 6 maanden)"),
    ("wage_single_parent", "Loon van een alleenstaande ouder, deels vrijgelaten (hoogstens 30 maanden)"),
    ("exempt", "Niet"),
];

pub(super) const INCOME: &[Kind] = &[
    Kind {
        code: "income",
        name: "Inkomen gemeld",
        about: "Inkomen naast de uitkering, zoals gemeld bij de inkomensconsulent.",
        fields: &[
            Field::must("from", "Vanaf", Day),
            Field::may("until", "Tot en met", Day),
            Field::must("monthly", "Bedrag per maand", Amount),
            Field::may("counts", "Hoe telt het mee", One(COUNTS)).hint("Zonder keuze telt het helemaal mee."),
            Field::may("reference", "Kenmerk", Text)
                .hint("Nodig als loon deels vrijgelaten is: dan van het besluit."),
            Field::may("member", "Van wie", Known(List::Member)).hint("Zonder keuze: van de aanvrager."),
        ],
    },
    Kind {
        code: "income_end",
        name: "Inkomen stopt of verandert",
        about: "Het inkomen wordt na deze dag niet meer ontvangen. Komt er een ander bedrag, leg dat daarna vast als nieuw inkomen.",
        fields: &[
            Field::may("reference", "Kenmerk van het inkomen", Text)
                .hint("Leeg: elk inkomen dat zonder kenmerk is vastgelegd."),
            Field::may("member", "Van wie", Known(List::Member)).hint("Zonder keuze: van de aanvrager."),
            Field::must("last_day", "Laatste dag", Day),
        ],
    },
];

const DEDUCTIONS: &[Choice] = &[
    ("seizure", "Beslag (deurwaarder)"),
    ("mandatory_set_off", "Verplichte verrekening (vordering of boete)"),
    ("claim", "Andere terugvordering"),
    ("loan_repayment", "Aflossing van leenbijstand"),
    ("cak", "Premie voor het CAK"),
];

const WHICH_DEDUCTION: Field = Field::must("deduction", "Welke inhouding", Known(List::Deduction));

pub(super) const WITHHOLDINGS: &[Kind] = &[
    Kind {
        code: "deduction",
        name: "Nieuwe inhouding",
        about: "Beslag, verrekening, aflossing of CAK. Samen nooit meer dan de ruimte; het CAK staat daarbuiten.",
        fields: &[
            Field::must("reference", "Kenmerk van het besluit of beslag", Text),
            Field::must("kind", "Soort", One(DEDUCTIONS)),
            Field::must("legal_basis", "Wettelijke grondslag", Text).hint("Bijvoorbeeld Pw 48(4)."),
            Field::must("objection_until", "Bezwaar mogelijk tot en met", Day),
            Field::must("from", "Eerste maand", Month),
            Field::may("until", "Laatste maand", Month),
            Field::may("amount", "Bedrag per maand", Amount).hint("Geef een bedrag of een percentage."),
            Field::may("share", "Of een percentage van de norm", Percent).hint("Bijvoorbeeld 5."),
            Field::may("total", "Totaal", Amount).hint("Bij een lening: de hoofdsom. Die is dan verplicht."),
            Field::may("credit", "Welk krediet wordt afgelost", Known(List::Credit))
                .hint("Dan is het totaal de hoofdsom van dat krediet, nadat het is afgerekend."),
            Field::may("payee", "Wie krijgt het geld", Known(List::Payee))
                .hint("Alleen bij beslag en CAK: de deurwaarder of het CAK."),
            Field::may("instalments", "Aantal termijnen", Number).hint("Bij een lening. Zonder getal: 36."),
        ],
    },
    Kind {
        code: "deduction_suspended",
        name: "Inhouding uitgesteld",
        about: "In deze maanden houden wij niets in.",
        fields: &[
            REFERENCE,
            WHICH_DEDUCTION,
            Field::must("from", "Eerste maand zonder inhouding", Month),
            Field::must("until", "Laatste maand zonder inhouding", Month),
        ],
    },
    Kind {
        code: "deduction_end",
        name: "Inhouding stopt",
        about: "Na deze maand houden wij niets meer in.",
        fields: &[REFERENCE, WHICH_DEDUCTION, Field::must("last", "Laatste maand met inhouding", Month)],
    },
];
