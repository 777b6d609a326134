//! Reads a file for the books, piece by piece: the head of a statement, its entries one by one, its end.

use std::collections::VecDeque;
use std::io::Read;

use super::blocks::{Blocks, Sharing};
use super::charset::Encoding;
use super::code::Code;
use super::detail::Detail;
use super::entry::{Entry, Found, Quarantined};
use super::error::{CamtError, Problem, shown};
use super::field::{Direction, moment, text, without_space};
use super::message::Message;
use super::place::Field;
use super::problems::Problems;
use super::raw::Raw;
use super::reader::{Inside, Visitor, Walk};
use super::statement::{CamtFile, CopyKind, FileHeader, Page, Statement, StatementEnd, StatementHead};
use super::tally::Tally;
use super::value::{flag, trimmed};
use super::xml::Xml;

/// A piece of a file, in its order: for each statement its head, its entries, its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly every piece is an entry")]
pub enum Piece {
    /// A statement begins; its entries follow.
    Head(StatementHead),
    /// An entry that could be read.
    Entry(Entry),
    /// An entry that could not be read, or not be booked.
    Quarantined(Quarantined),
    /// The statement ended, and whether it is proved.
    End(StatementEnd),
}

/// The pieces of a file, read as they are asked for: memory does not grow with the file.
///
/// Nothing may be booked before the last piece came without an error: a file may be cut off.
///
/// ```
/// use grip_engine::bank::camt::{Piece, Proof, pieces};
/// # let file = br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
/// #   <BkToCstmrStmt><Stmt>
/// #     <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
/// #       <Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
/// #     <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
/// #       <Amt Ccy="EUR">90.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
/// #     <Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>
/// #   </Stmt></BkToCstmrStmt></Document>"#;
/// let mut booked = 0;
/// for piece in pieces(file.as_slice()) {
///     match piece? {
///         Piece::Head(_) | Piece::Quarantined(_) => {}
///         Piece::Entry(entry) => booked += entry.amount.cents(),
///         Piece::End(end) => assert_eq!(end.proof, Proof::Proved),
///     }
/// }
/// assert_eq!(booked, 10_00);
/// # Ok::<(), grip_engine::bank::camt::CamtError>(())
/// ```
pub struct Pieces<R> {
    walk: Walk<R>,
    books: Books,
    sharing: Sharing,
    ended: bool,
}

/// Reads a statement file piece by piece.
pub fn pieces<R: Read>(source: R) -> Pieces<R> {
    pieces_in(source, Encoding::Declared)
}

/// Reads a statement file piece by piece, in an encoding that a person chose where the file names a wrong one.
pub fn pieces_in<R: Read>(source: R, encoding: Encoding) -> Pieces<R> {
    pieces_over(source, encoding, Blocks::over(0))
}

/// Reads a statement file piece by piece, the long runs of entries in it shared out over several threads.
///
/// The pieces, their order, the errors and the warnings are those of [`pieces_in`], in memory that does not grow with
/// the file either. A file of less than two blocks starts no thread.
///
/// ```
/// use grip_engine::bank::camt::{Blocks, Encoding, Piece, pieces_over};
/// # let head = "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt>";
/// # let entry = "<Ntry><Amt Ccy='EUR'>10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>";
/// # let file = format!("{head}{}</Stmt></BkToCstmrStmt></Document>", entry.repeat(10_000));
/// let pieces = pieces_over(file.as_bytes(), Encoding::Declared, Blocks::over(2));
/// assert_eq!(pieces.filter(|piece| matches!(piece, Ok(Piece::Entry(_)))).count(), 10_000);
/// ```
pub fn pieces_over<R: Read>(source: R, encoding: Encoding, blocks: Blocks) -> Pieces<R> {
    Pieces {
        walk: Walk::new(Xml::in_blocks(source, encoding, blocks.bytes)),
        books: Books::default(),
        sharing: Sharing::over(blocks.workers),
        ended: false,
    }
}

impl<R> std::fmt::Debug for Pieces<R> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Pieces").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl<R: Read> Pieces<R> {
    /// Which message it is: known once the first piece came.
    pub fn message(&self) -> Option<Message> {
        self.walk.message()
    }

    /// What the header of the file says: known once the first piece came.
    pub fn header(&self) -> FileHeader {
        let raw = self.walk.header();
        let created = moment(raw.get(Field::CreatedAt));
        FileHeader { message_id: text(raw, Field::MessageId), created }
    }

    /// How many blocks of entries were read by the workers.
    #[cfg(test)]
    pub(super) fn blocks_shared(&self) -> u64 {
        self.sharing.counted
    }

    /// What is odd in the file outside its statements: complete once the last piece came.
    pub fn warnings(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.books.file_warnings).all()
    }
}

impl<R: Read> Iterator for Pieces<R> {
    type Item = Result<Piece, CamtError>;

    fn next(&mut self) -> Option<Result<Piece, CamtError>> {
        loop {
            if let Some(piece) = self.books.ready.pop_front() {
                return Some(Ok(piece));
            }
            if self.ended {
                return None;
            }
            if self.sharing.advance(&mut self.walk, &mut self.books) {
                continue;
            }
            match self.walk.advance(&mut self.books) {
                Ok(more) => self.ended = !more,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// Reads a whole statement file for the books, into memory.
///
/// What is wrong with one entry sets that entry apart; what is wrong with the file is an error, and nothing of the
/// file may be used.
///
/// ```
/// use grip_engine::bank::camt::{Proof, read};
/// let file = br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
///   <BkToCstmrStmt><Stmt>
///     <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
///       <Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
///     <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
///       <Amt Ccy="EUR">90.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
///     <Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>
///   </Stmt></BkToCstmrStmt></Document>"#;
/// let file = read(file.as_slice())?;
/// assert_eq!(file.message.to_string(), "camt.053.001.02");
/// assert_eq!(file.statements[0].proof(), Proof::Proved);
/// # Ok::<(), grip_engine::bank::camt::CamtError>(())
/// ```
pub fn read(source: impl Read) -> Result<CamtFile, CamtError> {
    read_in(source, Encoding::Declared)
}

/// Reads a whole statement file, in an encoding that a person chose where the file names a wrong one.
pub fn read_in(source: impl Read, encoding: Encoding) -> Result<CamtFile, CamtError> {
    let mut pieces = pieces_in(source, encoding);
    let mut statements = Vec::new();
    let mut head = StatementHead::default();
    let (mut entries, mut quarantined) = (Vec::new(), Vec::new());
    for piece in &mut pieces {
        match piece? {
            Piece::Head(next) => head = next,
            Piece::Entry(entry) => entries.push(entry),
            Piece::Quarantined(entry) => quarantined.push(entry),
            Piece::End(end) => statements.push(Statement {
                head: std::mem::take(&mut head),
                entries: std::mem::take(&mut entries),
                quarantined: std::mem::take(&mut quarantined),
                end,
            }),
        }
    }
    let (header, warnings) = (pieces.header(), pieces.warnings());
    let message = pieces.message().ok_or_else(|| CamtError::NotCamt { text: "no message".to_owned() })?;
    Ok(CamtFile { message, header, statements, warnings })
}

/// Makes pieces of what passes.
#[derive(Default)]
pub(super) struct Books {
    ready: VecDeque<Piece>,
    file_warnings: Problems,
    /// Of the statement at hand.
    tally: Tally,
    problems: Problems,
    warnings: Problems,
    /// The head, once it was handed out.
    head: Option<Head>,
    /// Of books for a run of entries only: whether something else was met.
    apart: Option<bool>,
    /// Of the entry at hand.
    entry_problems: Vec<Problem>,
    notes: Vec<Problem>,
    details: Vec<Detail>,
}

/// What entries need of the head of their statement, and how much of it there was.
#[derive(Clone)]
pub(super) struct Head {
    account: String,
    currency: Option<String>,
    texts: usize,
}

impl Visitor for Books {
    const DETAILS: bool = true;

    fn balance(&mut self, balance: &Raw) {
        if !self.is_odd() {
            self.tally.balance(balance);
        }
    }

    fn entry_starts(&mut self, header: &Raw, statement: &Raw) {
        if self.head.is_none() {
            self.hand_out_head(header, statement);
        }
    }

    fn detail(&mut self, entry: &Raw, detail: &Raw) {
        let direction = entry.get(Field::Direction).and_then(|raw| Direction::of(&raw.text));
        if !entry.has(Field::Direction) && !detail.has(Field::Direction) {
            let text = "stands before the direction of its entry, so that the other side is not known";
            self.entry_problems.push(Problem::new(detail.line, "TxDtls", Code::Misplaced, text));
        }
        let own = self.head.as_ref().map_or("", |head| head.account.as_str());
        if self.details.is_empty() {
            // Nearly every entry has one.
            self.details.reserve_exact(1);
        }
        self.details.push(Detail::of(detail, direction, own, &mut self.notes));
    }

    fn entry(&mut self, entry: &Raw, transactions: u64) {
        let currency = self.head.as_ref().and_then(|head| head.currency.as_deref());
        let found = Found {
            problems: std::mem::take(&mut self.entry_problems),
            notes: std::mem::take(&mut self.notes),
            details: std::mem::take(&mut self.details),
            transactions,
            currency,
        };
        self.ready.push_back(match Entry::of(entry, found) {
            Ok(entry) => {
                self.tally.entry(&entry);
                Piece::Entry(entry)
            }
            Err(quarantined) => {
                self.tally.quarantined(&quarantined, currency.unwrap_or("EUR"));
                Piece::Quarantined(quarantined)
            }
        });
    }

    fn statement(&mut self, header: &Raw, statement: &Raw) {
        if self.is_odd() {
            return;
        }
        if self.head.is_none() {
            self.hand_out_head(header, statement);
        }
        let head = self.head.take();
        if head.as_ref().is_some_and(|head| head.texts != head_texts(statement)) {
            let text = "stands after the entries, which were read without it";
            self.problems.push(Problem::new(statement.line, "Acct", Code::Misplaced, text));
        }
        let currency = currency(statement, &self.tally);
        let tally = std::mem::take(&mut self.tally);
        let (problems, warnings) = (std::mem::take(&mut self.problems), std::mem::take(&mut self.warnings));
        let end = tally.end(statement, currency.as_deref(), problems, warnings);
        self.ready.push_back(Piece::End(end));
    }

    fn problem(&mut self, inside: Inside, problem: Problem) {
        if inside != Inside::Entry && self.is_odd() {
            return;
        }
        match inside {
            Inside::File => self.file_warnings.push(problem),
            Inside::Statement if problem.code.is_error() => self.problems.push(problem),
            Inside::Statement => self.warnings.push(problem),
            Inside::Entry if problem.code.is_error() => self.entry_problems.push(problem),
            Inside::Entry => self.notes.push(problem),
        }
    }

    fn is_ready(&self) -> bool {
        match self.apart {
            None => !self.ready.is_empty(),
            Some(is_odd) => is_odd,
        }
    }
}

impl Books {
    /// Books for a run of entries of a statement of which the head was handed out, and for nothing else.
    pub(super) fn of(head: Head) -> Books {
        Books { head: Some(head), apart: Some(false), ..Books::default() }
    }

    /// Books for a run of entries take nothing else: that there was something is all they keep.
    fn is_odd(&mut self) -> bool {
        self.apart = self.apart.map(|_| true);
        self.apart.is_some()
    }

    /// The head of the statement at hand, once it was handed out.
    pub(super) fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// The entries, where nothing else was met.
    pub(super) fn entries(self) -> Option<VecDeque<Piece>> {
        (self.apart == Some(false)).then_some(self.ready)
    }

    /// Takes the next entries of the statement at hand, made elsewhere.
    pub(super) fn take_in(&mut self, entries: VecDeque<Piece>) {
        let currency = self.head.as_ref().and_then(|head| head.currency.as_deref());
        for piece in &entries {
            match piece {
                Piece::Entry(entry) => self.tally.entry(entry),
                Piece::Quarantined(entry) => self.tally.quarantined(entry, currency.unwrap_or("EUR")),
                Piece::Head(_) | Piece::End(_) => {}
            }
        }
        // Everything before was handed out.
        self.ready = entries;
    }

    fn hand_out_head(&mut self, header: &Raw, raw: &Raw) {
        let own = raw.has(Field::PageNumber) || raw.has(Field::PageLast);
        let page = self.page(if own { raw } else { header });
        let sequence = raw.get(Field::Sequence).or(raw.get(Field::LegalSequence));
        let number = sequence.and_then(|raw| trimmed(&raw.text).parse().ok());
        if let (Some(raw), None) = (sequence, number) {
            let text = format!("`{}` is no sequence number", shown(&raw.text));
            self.warnings.push(Problem::new(raw.line, raw.tag.name(), Code::Sequence, text));
        }
        let account = raw.get(Field::Account).map(|raw| without_space(&raw.text)).unwrap_or_default();
        let currency = currency(raw, &self.tally);
        self.head =
            Some(Head { account: account.clone(), currency: currency.clone(), texts: head_texts(raw) });
        self.ready.push_back(Piece::Head(StatementHead {
            line: raw.line,
            account,
            id: text(raw, Field::Id),
            sequence: number,
            page,
            currency,
            created: moment(raw.get(Field::CreatedAt)),
            from: moment(raw.get(Field::PeriodFrom)),
            to: moment(raw.get(Field::PeriodTo)),
            copy: text(raw, Field::CopyOrDuplicate).and_then(|text| CopyKind::of(&text)),
        }));
    }

    fn page(&mut self, raw: &Raw) -> Option<Page> {
        let given = raw.get(Field::PageNumber).or(raw.get(Field::PageLast))?;
        let number = raw.get(Field::PageNumber).and_then(|raw| trimmed(&raw.text).parse().ok());
        let last = raw.get(Field::PageLast).and_then(|raw| flag(&raw.text));
        if let (Some(number), Some(last)) = (number, last) {
            return Some(Page { number, last });
        }
        let text = "the page number or whether it is the last page cannot be read";
        self.problems.push(Problem::new(given.line, given.tag.name(), Code::Page, text));
        None
    }
}

/// The currency of the account, else of its first balance.
fn currency(raw: &Raw, tally: &Tally) -> Option<String> {
    text(raw, Field::AccountCurrency).or_else(|| tally.balance_currency.clone())
}

/// How many of the texts are there that the entries and their statement are known by.
fn head_texts(raw: &Raw) -> usize {
    let fields = [
        Field::Id,
        Field::Sequence,
        Field::LegalSequence,
        Field::Account,
        Field::AccountCurrency,
        Field::PageNumber,
        Field::PageLast,
    ];
    fields.into_iter().filter(|field| raw.has(*field)).count()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{balance, document, entry};
    use super::*;

    #[test]
    fn a_file_is_handed_out_piece_by_piece_in_its_order() {
        let content = [
            balance("OPBD", "0.00", "2026-03-01"),
            entry("1.00", "CRDT", ""),
            entry("x", "CRDT", "").replace("BOOK", "PDNG"),
            entry("2.00", "CRDT", ""),
            balance("CLBD", "3.00", "2026-03-02"),
        ];
        let document = document("08", &content.concat());
        let told = pieces(document.as_bytes()).map(|piece| match piece.expect("a readable file") {
            Piece::Head(head) => format!("head {}", head.account),
            Piece::Entry(entry) => format!("entry {}", entry.amount),
            Piece::Quarantined(entry) => format!("quarantined {}", entry.reason().code),
            Piece::End(end) => format!("end {:?}", end.proof),
        });
        let told: Vec<String> = told.collect();
        assert_eq!(
            told,
            ["head NL49BNGH0285171712", "entry 1.00", "quarantined E_AMOUNT", "entry 2.00", "end Proved"]
        );
    }

    #[test]
    fn nothing_comes_after_an_error() {
        let cut = document("08", &entry("1.00", "CRDT", "")).replace("</Document>", "");
        let mut pieces = pieces(cut.as_bytes());
        let last = pieces.find(Result::is_err).expect("a file that is cut off");
        assert_eq!(last.expect_err("an error").code(), Code::Truncated);
        assert!(pieces.next().is_none());
    }

    #[test]
    fn an_account_after_the_entries_keeps_the_statement_from_being_posted() {
        let late = document("08", "").replace("<Acct>", &format!("{}<Acct>", entry("1.00", "CRDT", "")));
        let file = read(late.as_bytes()).expect("a readable file");
        assert_eq!(file.statements[0].end.problems[0].code, Code::Misplaced);
    }
}
