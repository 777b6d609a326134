//! A part of a document that is read apart from the rest: a block of whole elements, from the place where they stand.

use std::collections::VecDeque;
use std::io::{Empty, Read, empty};

use memchr::{memchr, memrchr};

use super::super::charset::Encoding;
use super::super::error::CamtError;
use super::super::source::Source;
use super::form::forbidden;
use super::{Block, Go, Lines, Paused, State, Step, Xml};

/// Text that was read ahead of the walk, in the blocks in which it was read.
pub(in super::super) struct Ahead {
    /// The blocks; the walk stands in the first of them.
    pub(in super::super) blocks: VecDeque<String>,
    /// Where in the first.
    pub(in super::super) at: usize,
    /// The line of that place.
    pub(in super::super) line: u64,
    /// What kept the next block from being read.
    pub(in super::super) error: Option<CamtError>,
}

/// What reading ahead gave.
pub(in super::super) enum More {
    /// A block, the last in its row.
    Block,
    /// Nothing that may be read out of its turn: the file ends here, or something is wrong with what follows.
    Nothing,
}

impl<R: Read> Xml<R> {
    /// The end of an element, as it is written, where that was read last and more of the file follows.
    pub(in super::super) fn end_read_last(&self) -> Option<&str> {
        let read = self.text.text.get(..self.text.at)?;
        let end = read.get(memrchr(b'<', read.as_bytes())?..)?;
        (end.starts_with("</") && end.ends_with('>') && !self.text.last).then_some(end)
    }

    /// How many blocks were read.
    pub(in super::super) fn blocks(&self) -> u64 {
        self.blocks
    }

    /// How many elements are open, and which, and what is declared in them.
    pub(in super::super) fn state(&self) -> &State {
        &self.state
    }

    /// Hands out the text at hand, to read ahead from it. The walk goes on once it is given back.
    pub(in super::super) fn lend(&mut self) -> Ahead {
        let line = self.text.line();
        let blocks = VecDeque::from([std::mem::take(&mut self.text.text)]);
        Ahead { blocks, at: self.text.at, line, error: None }
    }

    /// Reads one block more ahead of the walk.
    pub(in super::super) fn read_ahead(&mut self, ahead: &mut Ahead) -> More {
        let mut block = String::new();
        match self.source.more(&mut block) {
            Ok(false) => return More::Nothing,
            Err(error) => {
                ahead.error = Some(error);
                return More::Nothing;
            }
            Ok(true) => {}
        }
        let is_clean = forbidden(block.as_bytes()).is_none();
        ahead.blocks.push_back(block);
        if is_clean { More::Block } else { More::Nothing }
    }

    /// Takes the text back that was handed out: the walk goes on from the place that it names, in the same blocks.
    pub(in super::super) fn give_back(&mut self, ahead: Ahead) {
        let Ahead { mut blocks, at, line, error } = ahead;
        self.text = Block::from(blocks.pop_front().unwrap_or_default(), at, line);
        self.source.give_back(blocks.into_iter().map(Ok).chain(error.map(Err)));
    }
}

impl Xml<Empty> {
    /// A part of a document, from a place where these elements are open.
    pub(in super::super) fn part(state: State, text: String, line: u64) -> Xml<Empty> {
        let source = Source::new(empty(), Encoding::Declared, 0);
        Xml { source, text: Block::from(text, 0, line), state, blocks: 0 }
    }

    /// Takes all steps of the part; true where it was read to its last letter.
    pub(in super::super) fn run_part(
        &mut self,
        mut walker: impl FnMut(Step<'_>) -> Result<Go, CamtError>,
    ) -> Result<bool, CamtError> {
        let paused = self.text.run(&mut self.state, &mut walker)?;
        Ok(matches!(paused, Paused::AtEnd) && self.text.at == self.text.text.len())
    }
}

impl Block {
    /// A text that was read up to a place, which stands on this line, and that more follows.
    fn from(text: String, at: usize, line: u64) -> Block {
        let end = memrchr(b'>', text.as_bytes()).map_or(0, |place| place + 1);
        let has_bracket = memchr(b']', text.as_bytes()).is_some();
        Block { text, at, end, last: false, has_bracket, lines: Lines { line, next: at } }
    }
}
