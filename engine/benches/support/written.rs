//! A camt.053 file of any size, written while it is read: the mix of a Dutch municipality. Fees, batches with and
//! without their payments, returns, reversals, direct debits, structured references, several lines of text.

use std::fmt::Write as _;
use std::io::Read;

/// The bytes of a balanced file with one statement.
pub(crate) struct Written {
    entries: u64,
    next: u64,
    random: Random,
    chunk: String,
    given: usize,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Head,
    Entries,
    Tail,
    Done,
}

/// splitmix64.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// What an entry is, drawn before it is written.
struct Plan {
    kind: Kind,
    is_credit: bool,
    parts: Vec<u64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Fee,
    Batch,
    BareBatch,
    Return,
    Reversal,
    Structured,
    TwoLines,
    DirectDebit,
    Transfer,
}

const OPENING: i128 = 12_470_442;
const NAMES: [&str; 10] = [
    "Woningcorporatie De Sleutels",
    "Stichting Ymere",
    "Vattenfall Klantenservice N.V.",
    "UWV",
    "BELASTINGDIENST",
    "Zilveren Kruis",
    "Jansen &amp; Zn. B.V.",
    "Gemeente 's-Hertogenbosch",
    "Café Het Hoekje",
    "Mw. É. Özdemir-van der Zande",
];
const ACCOUNTS: [&str; 6] = [
    "NL91ABNA0417164300",
    "NL20INGB0001234567",
    "NL49BNGH0285171712",
    "NL02ABNA0123456789",
    "NL39RABO0300065264",
    "NL86INGB0002445588",
];

fn plan(random: &mut Random) -> Plan {
    let kind = match random.below(100) {
        0..3 => Kind::Fee,
        3..8 => Kind::Batch,
        8..10 => Kind::BareBatch,
        10..13 => Kind::Return,
        13 => Kind::Reversal,
        14..30 => Kind::Structured,
        30..40 => Kind::TwoLines,
        40..60 => Kind::DirectDebit,
        _ => Kind::Transfer,
    };
    let credit = random.below(100) < 45;
    let is_credit = kind == Kind::Return || (credit && kind != Kind::Fee);
    let parts = if kind == Kind::Batch { 2 + random.below(4) } else { 1 };
    Plan { kind, is_credit, parts: (0..parts).map(|_| 1 + random.below(250_000)).collect() }
}

impl Written {
    /// A file of so many entries.
    pub(crate) fn new(entries: u64) -> Written {
        let (random, chunk) = (Random(1), String::new());
        Written { entries, next: 0, random, chunk, given: 0, state: State::Head }
    }

    fn fill(&mut self) {
        self.chunk.clear();
        self.given = 0;
        match self.state {
            State::Head => {
                self.head();
                self.state = if self.entries == 0 { State::Tail } else { State::Entries };
            }
            State::Entries => {
                self.entry();
                self.next += 1;
                if self.next == self.entries {
                    self.state = State::Tail;
                }
            }
            State::Tail => {
                self.chunk.push_str("</Stmt></BkToCstmrStmt></Document>\n");
                self.state = State::Done;
            }
            State::Done => {}
        }
    }

    fn head(&mut self) {
        // The closing balance stands before the entries: their amounts are drawn once before they are written.
        let mut dry = self.random.clone();
        let mut closing = OPENING;
        for number in 0..self.entries {
            let mut own = Random(dry.0 ^ number);
            let plan = plan(&mut own);
            let sum: u64 = plan.parts.iter().sum();
            closing += if plan.is_credit { i128::from(sum) } else { -i128::from(sum) };
            dry.below(2);
        }
        self.chunk.push_str(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><GrpHdr>\
             <MsgId>WRITTEN</MsgId><CreDtTm>2026-01-05T22:15:00Z</CreDtTm></GrpHdr><Stmt><Id>44280791</Id>\
             <ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-01-05T22:15:00Z</CreDtTm><Acct><Id>\
             <IBAN>NL49BNGH0285171712</IBAN></Id><Ccy>EUR</Ccy></Acct>",
        );
        for (code, balance, on) in [("OPBD", OPENING, "2026-01-02"), ("CLBD", closing, "2026-01-05")] {
            let sign = if balance < 0 { "DBIT" } else { "CRDT" };
            let cents = balance.unsigned_abs();
            self.write(format_args!(
                "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}.{:02}</Amt>\
                 <CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>",
                cents / 100,
                cents % 100
            ));
        }
    }

    fn entry(&mut self) {
        let number = self.next;
        let mut own = Random(self.random.0 ^ number);
        self.random.below(2);
        let Plan { kind, is_credit, parts } = plan(&mut own);
        let sum: u64 = parts.iter().sum();
        let (sign, family) = if is_credit { ("CRDT", "RCDT") } else { ("DBIT", "ICDT") };
        let reversal = if kind == Kind::Reversal { "<RvslInd>true</RvslInd>" } else { "" };
        let sub_family = if kind == Kind::Return { "RRTN" } else { "ESCT" };
        self.write(format_args!(
            "<Ntry><Amt Ccy=\"EUR\">{}.{:02}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}<Sts>BOOK</Sts>\
             <BookgDt><Dt>2026-01-05</Dt></BookgDt><ValDt><Dt>2026-01-05</Dt></ValDt>\
             <AcctSvcrRef>CTBI.{number:09}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd>\
             <SubFmlyCd>{sub_family}</SubFmlyCd></Fmly></Domn><Prtry><Cd>658</Cd><Issr>BNGBANK</Issr></Prtry></BkTxCd>",
            sum / 100,
            sum % 100
        ));
        match kind {
            Kind::Fee => self.chunk.push_str("<AddtlNtryInf>/TRTP/Kosten/REMI/Periode</AddtlNtryInf>"),
            Kind::BareBatch => self.write(format_args!(
                "<NtryDtls><Btch><PmtInfId>PMT-{number}</PmtInfId><NbOfTxs>{}</NbOfTxs></Btch></NtryDtls>",
                2 + own.below(50)
            )),
            _ => {
                self.chunk.push_str("<NtryDtls>");
                if kind == Kind::Batch {
                    let count = parts.len();
                    self.write(format_args!(
                        "<Btch><PmtInfId>PMT-{number}</PmtInfId><NbOfTxs>{count}</NbOfTxs></Btch>"
                    ));
                }
                for part in parts {
                    self.detail(kind, is_credit, part, &mut own);
                }
                self.chunk.push_str("</NtryDtls><AddtlNtryInf>/TRTP/SEPA/REMI/zie details</AddtlNtryInf>");
            }
        }
        self.chunk.push_str("</Ntry>");
    }

    fn detail(&mut self, kind: Kind, is_credit: bool, cents: u64, own: &mut Random) {
        let number = self.next;
        let side = if is_credit { "Dbtr" } else { "Cdtr" };
        let name = NAMES[usize::try_from(own.below(NAMES.len() as u64)).unwrap_or(0)];
        let account = ACCOUNTS[usize::try_from(own.below(ACCOUNTS.len() as u64)).unwrap_or(0)];
        self.write(format_args!(
            "<TxDtls><Refs><AcctSvcrRef>TX{number:08}</AcctSvcrRef><InstrId>INNDNL2U{number:012}</InstrId>"
        ));
        if own.below(4) == 0 {
            self.chunk.push_str("<EndToEndId>NOTPROVIDED</EndToEndId>");
        } else {
            self.write(format_args!("<EndToEndId>E2E-1-{number}</EndToEndId>"));
        }
        if kind == Kind::DirectDebit {
            self.write(format_args!("<MndtId>MNDT-{:06}</MndtId>", own.below(1_000_000)));
        }
        self.write(format_args!(
            "</Refs><AmtDtls><TxAmt><Amt Ccy=\"EUR\">{}.{:02}</Amt></TxAmt></AmtDtls><RltdPties><{side}><Nm>{name}</Nm>\
             </{side}><{side}Acct><Id><IBAN>{account}</IBAN></Id></{side}Acct></RltdPties><RltdAgts><{side}Agt>\
             <FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></{side}Agt></RltdAgts><RmtInf>",
            cents / 100,
            cents % 100
        ));
        match kind {
            Kind::Structured => self.write(format_args!(
                "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>CUR</Issr></Tp><Ref>{:016}</Ref>\
                 </CdtrRefInf></Strd>",
                own.below(10_000_000_000_000_000)
            )),
            Kind::TwoLines => self.write(format_args!(
                "<Ustrd>Huur maand 01-2026 klantnr {:08} Straatnaam 12 3531 PN UTRECHT periode van 01-01-2026 tot en met \
                 31-01-2026 ons kenmerk ABC</Ustrd><Ustrd>vervolg regel {number}</Ustrd>",
                own.below(100_000_000)
            )),
            _ => self.write(format_args!(
                "<Ustrd>Factnr {:010} klantnr {:08} betreft premie/huur 2026-01-05</Ustrd>",
                own.below(10_000_000_000),
                own.below(100_000_000)
            )),
        }
        self.chunk.push_str("</RmtInf>");
        if kind == Kind::Return {
            self.chunk.push_str("<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>");
        }
        self.chunk.push_str("</TxDtls>");
    }

    fn write(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.chunk.write_fmt(arguments).expect("a string takes all that is written");
    }
}

impl Read for Written {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.given == self.chunk.len() && self.state != State::Done {
            self.fill();
        }
        let left = &self.chunk.as_bytes()[self.given..];
        let length = left.len().min(into.len());
        into[..length].copy_from_slice(&left[..length]);
        self.given += length;
        Ok(length)
    }
}
