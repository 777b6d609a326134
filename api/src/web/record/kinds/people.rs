//! The window, the people, and accounts.

use super::super::field::Input::{Account, Amount, Day, Known, Month, One, Several, Text};
use super::super::field::{Choice, Field, Known as List};
use super::{COSTS, Kind};

const REFERENCE: Field = Field::must("reference", "Kenmerk van het besluit", Text);
const WHO: Field = Field::must("member", "Wie", Known(List::Member));
const SECOND: &str = "De naam waarmee uw collega inlogt. U kunt dit niet zelf zijn.";

const VARIANTS: &[Choice] = &[
    ("full", "Wij betalen alles"),
    ("partial", "Wij betalen een deel van de vaste lasten"),
    ("assisted_self_pay", "De bewoner betaalt zelf, de coach kijkt mee"),
    ("not_applicable", "De plicht geldt niet voor deze persoon"),
];

const EXTENSIONS: &[Choice] = &[
    ("consent", "Instemming van de bewoner"),
    ("joint_request", "Gezamenlijk verzoek van het paar"),
    ("art_57", "Besluit op grond van artikel 57"),
];

const WINDOW_ENDS: &[Choice] = &[
    ("permit", "Andere verblijfsvergunning"),
    ("civic_integration", "Inburgering is klaar"),
    ("decision", "Besluit van de gemeente"),
    ("art_57", "Afspraak op grond van artikel 57"),
    ("administration", "Bewind"),
];

pub(super) const WINDOW: &[Kind] = &[
    Kind {
        code: "window_decision",
        name: "Andere manier van betalen",
        about: "Een besluit over wie de vaste lasten betaalt in de ontzorgperiode.",
        fields: &[
            REFERENCE,
            WHO,
            Field::must("variant", "Manier", One(VARIANTS)),
            Field::may("costs", "Deze vaste lasten betalen wij", Several(COSTS))
                .hint("Alleen als wij een deel van de vaste lasten betalen."),
            Field::must("reason", "Reden", Known(List::Reason)),
            Field::must("ground", "Uitleg van de reden", Text),
            Field::must("decided_by", "Besloten door", Text),
            Field::must("from", "Vanaf", Day),
            Field::must("review_on", "Opnieuw bekijken op", Day),
        ],
    },
    Kind {
        code: "extension",
        name: "Verder betalen na de ontzorgperiode",
        about: "De bewoner stemt in, of de gemeente besluit, dat wij na de zes maanden blijven betalen.",
        fields: &[
            Field::must("kind", "Grond", One(EXTENSIONS)),
            Field::must("reference", "Kenmerk van de instemming of het besluit", Text),
            Field::must("from", "Vanaf", Day),
            Field::must("until", "Tot en met", Day),
            Field::may("member", "Voor wie", Known(List::Member))
                .hint("Zonder keuze: voor alle volwassenen."),
        ],
    },
    Kind {
        code: "extension_revoked",
        name: "Instemming ingetrokken",
        about: "De bewoner neemt de instemming terug. Dat kan altijd.",
        fields: &[
            Field::must("reference", "Welke instemming", Known(List::Extension)),
            Field::must("last_day", "Laatste dag", Day),
        ],
    },
    Kind {
        code: "window_end",
        name: "Ontzorgperiode eindigt eerder",
        about: "De plicht eindigt voor de zes maanden om zijn.",
        fields: &[
            REFERENCE,
            WHO,
            Field::must("last_day", "Laatste dag van de ontzorgperiode", Day),
            Field::must("reason", "Reden", One(WINDOW_ENDS)),
        ],
    },
];

const NAME: Field =
    Field::must("name", "Naam", Text).hint("De naam op de bankrekening; die staat op de betaling.");
const BORN: Field =
    Field::may("born", "Geboortedatum", Day).hint("Alleen om te bepalen welke norm bij de leeftijd hoort.");
const PERMIT_FROM: Field = Field::may("asylum_permit_from", "Verblijfsvergunning asiel vanaf", Day)
    .hint("Zonder vergunning of inburgering is er geen ontzorgperiode.");
const PERMIT_UNTIL: Field = Field::may("asylum_permit_until", "Verblijfsvergunning asiel tot en met", Day);
const DUTY_FROM: Field = Field::may("civic_integration_from", "Inburgeringsplicht vanaf", Day);
const DUTY_UNTIL: Field = Field::may("civic_integration_until", "Inburgeringsplicht tot en met", Day);
const IBAN: Field =
    Field::may("iban", "Bankrekening (IBAN)", Account).hint("Zonder rekening wacht het leefgeld.");
const RIGHT_SINCE: Field = Field::may("right_since", "Recht op bijstand al sinds", Day)
    .hint("Alleen als het recht eerder begon, in een ander huishouden.");

/// The fields of an adult.
pub(in super::super) const ADULT_FIELDS: &[Field] =
    &[NAME, IBAN, BORN, PERMIT_FROM, PERMIT_UNTIL, DUTY_FROM, DUTY_UNTIL, RIGHT_SINCE];

/// The fields of a child.
pub(in super::super) const CHILD_FIELDS: &[Field] = &[Field::must("name", "Naam", Text), BORN];

const ROLES: &[Choice] = &[("partner", "Partner"), ("child", "Kind")];

pub(super) const PEOPLE: &[Kind] = &[
    Kind {
        code: "member_joined",
        name: "Iemand komt erbij",
        about: "Een partner of kind komt bij het huishouden. Leg daarna ook het nieuwe besluit over de uitkering vast.",
        fields: &[
            Field::must("role", "Plaats in het huishouden", One(ROLES)),
            NAME,
            Field::must("present_from", "In het huishouden vanaf", Day),
            IBAN,
            BORN,
            PERMIT_FROM,
            PERMIT_UNTIL,
            DUTY_FROM,
            DUTY_UNTIL,
            RIGHT_SINCE,
        ],
    },
    Kind {
        code: "member_left",
        name: "Iemand gaat weg",
        about: "Iemand hoort niet meer bij het huishouden. Leg daarna ook het nieuwe besluit over de uitkering vast.",
        fields: &[WHO, Field::must("last_day", "Laatste dag in het huishouden", Day)],
    },
    Kind {
        code: "death",
        name: "Overlijden",
        about: "Bij een alleenstaande eindigt het recht op die dag. Bij een paar loopt de norm nog een maand door.",
        fields: &[WHO, Field::must("day", "Dag van overlijden", Day)],
    },
];

const HOLDER: Field = Field::may("holder", "Naam van de rekeninghouder", Text)
    .hint("Precies zoals de bank de naam kent. Leeg: dezelfde naam.");
const CALLED_PERSON: Field = Field::may("call_back.person", "Wie is teruggebeld", Text)
    .hint("Terugbellen mag ook later, bij Ontvangers. Zonder terugbellen wordt de rekening niet gebruikt.");
const CALLED_NUMBER: Field = Field::may("call_back.number", "Op welk telefoonnummer", Text)
    .hint("Een nummer dat al bekend was. Nooit het nummer uit de brief over de nieuwe rekening.");
const CALLED_KNOWN_FROM: Field =
    Field::may("call_back.known_from", "Waar dat nummer al van bekend was", Text);
const CALLED_ON: Field = Field::may("call_back.on", "Dag van het gesprek", Day);
const CALLED_BY: Field = Field::may("call_back.by", "Wie belde", Text).hint("Leeg: u.");
const APPROVER: Field =
    Field::may("verified_by", "Wie keurt deze rekening goed", Text).hint("Een collega. Mag leeg blijven.");

pub(super) const ACCOUNTS: &[Kind] = &[
    Kind {
        code: "member_account",
        name: "Bankrekening van een bewoner",
        about: "Een eerste of andere rekening voor het leefgeld. Een tweede persoon keurt haar goed bij Ontvangers. Tot die dag blijft de oude gelden.",
        fields: &[
            WHO,
            Field::must("iban", "Bankrekening (IBAN)", Account),
            HOLDER,
            CALLED_PERSON,
            CALLED_NUMBER,
            CALLED_KNOWN_FROM,
            CALLED_ON,
            CALLED_BY,
            APPROVER,
            Field::may("joint_request", "Kenmerk van het gezamenlijke verzoek", Text)
                .hint("Nodig als dit de rekening van de andere partner is."),
        ],
    },
    Kind {
        code: "payee_account",
        name: "Bankrekening van een ontvanger",
        about: "Een andere rekening van een ontvanger, voor alle huishoudens. Een tweede persoon keurt haar goed bij Ontvangers. Tot die dag blijft de oude gelden.",
        fields: &[
            Field::must("payee", "Ontvanger", Known(List::Payee)),
            Field::must("iban", "Bankrekening (IBAN)", Account),
            HOLDER,
            Field::must("valid_from", "Te gebruiken vanaf", Day),
            CALLED_PERSON,
            CALLED_NUMBER,
            CALLED_KNOWN_FROM,
            CALLED_ON,
            CALLED_BY,
            APPROVER,
        ],
    },
    Kind {
        code: "paid_in_cash",
        name: "Leefgeld contant of op een pas",
        about: "Leefgeld dat aan de balie is gegeven. Wij maken het niet nog eens over.",
        fields: &[
            WHO,
            Field::must("month", "Maand van de uitkering", Month),
            Field::must("amount", "Bedrag", Amount),
            Field::must("receipt", "Nummer van het ontvangstbewijs", Text),
            Field::must("second_person", "Tweede persoon", Text).hint(SECOND),
        ],
    },
];
