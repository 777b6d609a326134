//! Runs of entries, read block by block by several threads, with the same pieces as one reader gives.
//!
//! Nothing is taken for granted about where a block may be cut. It is cut behind the last text that looks like the end
//! of an entry, and a worker walks through it with the same [`Walk`] and the same [`Books`] as the one reader has, from
//! the place between two entries. Its entries count only where the walk came to the last letter of the block, met
//! nothing but entries, and stands again between two entries of the same statement. Then the next block begins where
//! one reader would stand, in the same state, and so on from block to block. Where a block is anything else (the
//! statement ends in it, a comment holds what looks like the end of an entry, something is not well formed), what the
//! workers made of it and of all after it is dropped, and the one reader goes on from its beginning, in the blocks in
//! which the file was read. So every error, line and warning is its own.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use memchr::{memchr_iter, memmem};

use super::pieces::{Books, Head, Piece};
use super::reader::{Between, Walk};
use super::source::BLOCK;
use super::xml::{Ahead, More};

/// More threads than this wait for the one that reads.
const WORKERS_MAX: usize = 8;
/// How many blocks wait or are read for each worker.
const BLOCKS_EACH: usize = 2;
/// The most blocks that the one reader reads before entries are shared out again.
const PAUSE_MAX: u64 = 64;

/// How a file is cut into blocks, and how many threads read them beside the one that asks for the pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// How many threads, at most 8; 0 where nothing is shared out.
    pub workers: usize,
    /// How many bytes a block has, at least 64. What is wrong with a byte is found before the block that holds it is
    /// read, so that the pieces before such an error depend on it.
    pub bytes: usize,
}

impl Blocks {
    /// Blocks of 256 KiB for so many threads.
    pub fn over(workers: usize) -> Blocks {
        Blocks { workers, bytes: BLOCK }
    }
}

/// How far sharing out the entries of a file is.
pub(super) struct Sharing {
    workers: usize,
    /// Started with the first run.
    crew: Option<Crew>,
    run: Option<Run>,
    /// Nothing is shared out before so many blocks were read.
    not_before: u64,
    /// For how many blocks the one reader goes on after a run of which nothing counted.
    pause: u64,
    /// How many blocks of entries counted.
    #[cfg(test)]
    pub(super) counted: u64,
}

impl Sharing {
    pub(super) fn over(workers: usize) -> Sharing {
        Sharing {
            workers: workers.min(WORKERS_MAX),
            crew: None,
            run: None,
            not_before: 0,
            pause: 1,
            #[cfg(test)]
            counted: 0,
        }
    }

    /// Gives the books the next block of entries; false where the one reader goes on.
    pub(super) fn advance<R: Read>(&mut self, walk: &mut Walk<R>, books: &mut Books) -> bool {
        if self.run.is_none() && !self.begin(walk, books) {
            return false;
        }
        let (Some(run), Some(crew)) = (&mut self.run, &mut self.crew) else { return false };
        run.cut(walk, self.workers);
        run.hand_out(crew);
        if let Some(pieces) = run.next(crew) {
            books.take_in(pieces);
            self.pause = 1;
            #[cfg(test)]
            {
                self.counted += 1;
            }
            return true;
        }
        run.call_back(crew);
        self.end(walk);
        false
    }

    /// Begins a run where the walk stands behind an entry and at least two blocks of entries follow.
    fn begin<R: Read>(&mut self, walk: &mut Walk<R>, books: &Books) -> bool {
        if self.workers == 0 || walk.blocks() < self.not_before {
            return false;
        }
        let (Some(between), Some(head)) = (walk.between_entries(), books.head()) else { return false };
        let mut run = Run::new(Arc::new(Start { between, head: head.clone() }), walk.lend());
        run.cut(walk, self.workers);
        let is_long = 1 < run.blocks.len();
        self.run = Some(run);
        if is_long && self.crew.is_none() {
            self.crew = Crew::of(self.workers);
        }
        if is_long && self.crew.is_some() {
            return true;
        }
        self.end(walk);
        false
    }

    /// Lets the one reader go on where the entries end that counted.
    fn end<R: Read>(&mut self, walk: &mut Walk<R>) {
        if let Some(run) = self.run.take() {
            walk.give_back(run.ahead);
        }
        self.not_before = walk.blocks() + self.pause;
        self.pause = (self.pause * 2).min(PAUSE_MAX);
    }
}

/// What the entries of a run have in common.
struct Start {
    between: Between,
    head: Head,
}

/// Sibling entries that are being shared out.
struct Run {
    start: Arc<Start>,
    /// The file from the first block on that did not count yet.
    ahead: Ahead,
    /// The number of its first block of text, and of the last.
    first: u64,
    last: u64,
    /// The text behind the last cut, and its line.
    rest: String,
    line: u64,
    /// True once nothing more can be read ahead.
    is_all: bool,
    /// The blocks of entries that were cut and not collected.
    blocks: VecDeque<Cut>,
    /// The number of the first of these.
    number: usize,
}

/// A block of entries.
struct Cut {
    /// What a worker must read; nothing once it has it.
    job: Option<Job>,
    /// The block of text in which it ends, where in it, and on which line.
    block: u64,
    at: usize,
    line: u64,
}

/// A block of entries for a worker.
struct Job {
    start: Arc<Start>,
    text: String,
    line: u64,
}

impl Run {
    fn new(start: Arc<Start>, ahead: Ahead) -> Run {
        let line = ahead.line;
        let mut run = Run {
            start,
            ahead,
            first: 0,
            last: 0,
            rest: String::new(),
            line,
            is_all: false,
            blocks: VecDeque::new(),
            number: 0,
        };
        run.take(run.ahead.at);
        run
    }

    /// Reads ahead and cuts, until every worker has enough to do.
    fn cut<R: Read>(&mut self, walk: &mut Walk<R>, workers: usize) {
        let most = workers * BLOCKS_EACH;
        // An entry larger than all these blocks is left to the one reader.
        while !self.is_all && self.blocks.len() < most && self.ahead.blocks.len() < most + 2 {
            match walk.read_ahead(&mut self.ahead) {
                More::Block => {
                    self.last += 1;
                    self.take(0);
                }
                More::Nothing => self.is_all = true,
            }
        }
    }

    /// Takes the last block of text from this place on, and cuts behind the last entry in it.
    fn take(&mut self, from: usize) {
        let Some(text) = self.ahead.blocks.back() else { return };
        let end = self.start.between.end.as_bytes();
        // No end stands in the rest, but one may begin in it.
        let searched = (self.rest.len() + 1).saturating_sub(end.len());
        self.rest.reserve(text.len() - from);
        self.rest.push_str(&text[from..]);
        let Some(found) = memmem::rfind(&self.rest.as_bytes()[searched..], end) else { return };
        let rest = self.rest.split_off(searched + found + end.len());
        let at = text.len() - rest.len();
        let text = std::mem::replace(&mut self.rest, rest);
        let line = self.line;
        self.line += memchr_iter(b'\n', text.as_bytes()).count() as u64;
        let job = Some(Job { start: Arc::clone(&self.start), text, line });
        self.blocks.push_back(Cut { job, block: self.last, at, line: self.line });
    }

    fn hand_out(&mut self, crew: &Crew) {
        for (number, cut) in (self.number..).zip(&mut self.blocks) {
            if let Some(job) = cut.job.take() {
                crew.of_number(number).give(job);
            }
        }
    }

    /// The entries of the next block; nothing where the one reader must read it, or none is left.
    fn next(&mut self, crew: &Crew) -> Option<VecDeque<Piece>> {
        let cut = self.blocks.pop_front()?;
        let pieces = crew.of_number(self.number).collect();
        self.number += 1;
        let pieces = pieces?;
        while self.first < cut.block {
            self.ahead.blocks.pop_front();
            self.first += 1;
        }
        (self.ahead.at, self.ahead.line) = (cut.at, cut.line);
        Some(pieces)
    }

    /// Drops what the workers make of the blocks that they still have.
    fn call_back(&mut self, crew: &Crew) {
        for (number, cut) in (self.number..).zip(self.blocks.drain(..)) {
            if cut.job.is_none() {
                drop(crew.of_number(number).collect());
            }
        }
    }
}

/// The threads that read blocks. Each has a row of its own, and blocks are dealt round, so that they come back in order.
struct Crew {
    workers: Vec<Worker>,
}

struct Worker {
    jobs: Option<SyncSender<Job>>,
    /// Locked so that what reads a file may be looked at from several threads; one thread ever collects.
    results: Mutex<Receiver<Option<VecDeque<Piece>>>>,
    thread: Option<JoinHandle<()>>,
}

impl Crew {
    /// So many threads; nothing where the machine has none to give.
    fn of(workers: usize) -> Option<Crew> {
        let workers = (0..workers).map(|_| Worker::start()).collect::<std::io::Result<_>>().ok()?;
        Some(Crew { workers })
    }

    fn of_number(&self, number: usize) -> &Worker {
        &self.workers[number % self.workers.len()]
    }
}

impl Worker {
    fn start() -> std::io::Result<Worker> {
        // Neither side ever waits for room: no worker has more blocks than this.
        let (jobs, to_do) = sync_channel::<Job>(BLOCKS_EACH);
        let (done, results) = sync_channel(BLOCKS_EACH);
        let thread = std::thread::Builder::new().name("camt block".to_owned()).spawn(move || {
            for job in to_do {
                if done.send(job.read()).is_err() {
                    return;
                }
            }
        })?;
        Ok(Worker { jobs: Some(jobs), results: Mutex::new(results), thread: Some(thread) })
    }

    fn give(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // Where the thread is gone, nothing will come back and the one reader reads it.
            let _ = jobs.send(job);
        }
    }

    /// What became of the block that was given first.
    fn collect(&self) -> Option<VecDeque<Piece>> {
        self.results.lock().ok()?.recv().ok().flatten()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A thread that failed gave nothing, and the one reader read it.
            let _ = thread.join();
        }
    }
}

impl Job {
    /// The entries, where there is nothing else.
    fn read(self) -> Option<VecDeque<Piece>> {
        let mut walk = Walk::part(&self.start.between, self.text, self.line);
        let mut books = Books::of(self.start.head.clone());
        let is_through = walk.through(&mut books).ok()?;
        books.entries().filter(|_| is_through)
    }
}
