//! The sources' buffers, and taking from them in turn: apart what senders wait for, and apart what the line repeats itself.

use std::collections::VecDeque;

use signalbox_model::IntegrationName;
use signalbox_store::journal::{CHUNK_RECORDS_MAX, IntakeTotals};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::memory::Memory;
use super::{NotCommitted, RepeatedBy, Submission};

/// What one source may have waiting: several chunks' worth, so that one commit's time never stops a
/// sender that the disk can follow.
const BUFFER_BYTES_MAX: usize = 8 << 20;

/// A group gathers at most this much before it is written: a chunk's raw bytes, with some reserve.
const GROUP_BYTES: usize = 2 << 20;

pub(super) type Reply = oneshot::Sender<Result<(), NotCommitted>>;

/// Every source's buffer.
#[derive(Default)]
pub(super) struct Buffers {
    sources: Vec<Buffer>,
    drains: PerRepeater<Drain>,
    /// When the last group was taken that senders wait for.
    awaited_at: Option<Instant>,
    is_stopped: bool,
    is_held_back: bool,
}

struct Buffer {
    name: IntegrationName,
    waiting: PerRepeater<VecDeque<(Submission, Reply)>>,
    bytes: usize,
    counted: IntakeTotals,
}

/// How far the taking from the sources has come.
#[derive(Default)]
struct Drain {
    turn: usize,
    is_running: bool,
}

/// One for what senders wait for, and one for what the line repeats itself: what comes in masses, and nobody waits for.
/// The former is never behind the latter.
#[derive(Default)]
pub(super) struct PerRepeater<T> {
    sender: T,
    line: T,
}

impl<T> PerRepeater<T> {
    pub(super) fn of(&self, repeated_by: RepeatedBy) -> &T {
        match repeated_by {
            RepeatedBy::Sender => &self.sender,
            RepeatedBy::Line => &self.line,
        }
    }

    fn of_mut(&mut self, repeated_by: RepeatedBy) -> &mut T {
        match repeated_by {
            RepeatedBy::Sender => &mut self.sender,
            RepeatedBy::Line => &mut self.line,
        }
    }
}

impl Group {
    /// Returns the members that are durable as a group, and each other one as a group of its own.
    pub(super) fn split(mut self) -> (Self, Vec<Self>) {
        let rest = self.members.split_off(self.durable);
        let mut counted = std::mem::take(&mut self.counted);
        let singles = rest.into_iter().map(|member| {
            let counted = std::mem::take(&mut counted);
            Self { members: vec![member], counted, durable: 0 }
        });
        let singles = singles.collect();
        (self, singles)
    }

    /// Answers its senders, and leaves the memory of their JSON to `memory`.
    pub(super) fn answer(self, memory: &Memory) {
        for (index, Member { mut submission, reply, .. }) in self.members.into_iter().enumerate() {
            memory.give(std::mem::take(&mut submission.json));
            let is_committed = index < self.durable;
            let outcome = if is_committed { Ok(()) } else { Err(NotCommitted::JournalRefused) };
            // Its bytes lie where a connection reads on as soon as it is answered.
            drop(submission);
            // A sender that has gone needs no answer.
            reply.send(outcome).ok();
        }
    }
}

/// What is committed together.
pub(super) struct Group {
    pub(super) members: Vec<Member>,
    /// Duplicates and refusals of each source since its last group, as long as no chunk has them.
    pub(super) counted: Vec<(IntegrationName, IntakeTotals)>,
    /// How many of the members, from the first on, are durable.
    pub(super) durable: usize,
}

pub(super) struct Member {
    pub(super) source: usize,
    pub(super) submission: Submission,
    pub(super) reply: Reply,
}

impl Buffers {
    pub(super) fn register(&mut self, name: &IntegrationName) -> usize {
        if let Some(known) = self.sources.iter().position(|buffer| buffer.name == *name) {
            return known;
        }
        self.sources.push(Buffer {
            name: name.clone(),
            waiting: PerRepeater::default(),
            bytes: 0,
            counted: IntakeTotals::default(),
        });
        self.sources.len() - 1
    }

    /// Takes a submission and says whether the committer must be woken for those of its kind.
    pub(super) fn push(
        &mut self,
        source: usize,
        submission: Submission,
        reply: Reply,
    ) -> Result<bool, NotCommitted> {
        if self.is_stopped {
            return Err(NotCommitted::Stopping);
        }
        let bytes = submission.bytes();
        let Some(buffer) = self.sources.get_mut(source) else { return Err(NotCommitted::Stopping) };
        // What the hub says of a full destination must pass all the same.
        if self.is_held_back && buffer.name.as_str() != IntegrationName::HUB {
            return Err(NotCommitted::HeldBack);
        }
        // A submission larger than the buffer passes when nothing else waits.
        if buffer.bytes > 0 && buffer.bytes + bytes > BUFFER_BYTES_MAX {
            return Err(NotCommitted::BufferFull);
        }
        buffer.bytes += bytes;
        let repeated_by = submission.repeated_by;
        buffer.waiting.of_mut(repeated_by).push_back((submission, reply));
        Ok(!std::mem::replace(&mut self.drains.of_mut(repeated_by).is_running, true))
    }

    pub(super) fn count(&mut self, source: usize, totals: IntakeTotals) {
        if let Some(buffer) = self.sources.get_mut(source) {
            add(&mut buffer.counted, totals);
        }
    }

    pub(super) fn stop_draining(&mut self, repeated_by: RepeatedBy) {
        self.drains.of_mut(repeated_by).is_running = false;
    }

    pub(super) fn hold_back(&mut self, is_held_back: bool) {
        self.is_held_back = is_held_back;
    }

    pub(super) fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// Ends the draining of what this one repeats where nothing of it waits, and says whether it did.
    pub(super) fn rest(&mut self, repeated_by: RepeatedBy) -> bool {
        let is_empty = self.sources.iter().all(|buffer| buffer.waiting.of(repeated_by).is_empty());
        self.drains.of_mut(repeated_by).is_running = !is_empty;
        is_empty
    }

    /// Returns when the last group was taken that senders wait for.
    pub(super) fn awaited_at(&self) -> Option<Instant> {
        self.awaited_at
    }

    /// Takes one submission of each source in turn until a chunk is full or nothing waits that this one repeats.
    pub(super) fn take_group(&mut self, repeated_by: RepeatedBy) -> Option<Group> {
        let mut group = Group { members: Vec::new(), counted: Vec::new(), durable: 0 };
        let (mut records, mut bytes, mut idle) = (0, 0, 0);
        let turn = &mut self.drains.of_mut(repeated_by).turn;
        while idle < self.sources.len() && records < CHUNK_RECORDS_MAX && bytes < GROUP_BYTES {
            *turn = (*turn + 1) % self.sources.len();
            let source = *turn;
            let buffer = self.sources.get_mut(source);
            let next = buffer.and_then(|buffer| buffer.waiting.of_mut(repeated_by).pop_front());
            let Some((submission, reply)) = next else {
                idle += 1;
                continue;
            };
            idle = 0;
            records += submission.records.len();
            bytes += submission.bytes();
            group.members.push(Member { source, submission, reply });
        }
        if group.members.is_empty() {
            return None;
        }
        if repeated_by == RepeatedBy::Sender {
            self.awaited_at = Some(Instant::now());
        }
        for buffer in &mut self.sources {
            let counted = std::mem::take(&mut buffer.counted);
            if counted != IntakeTotals::default() {
                group.counted.push((buffer.name.clone(), counted));
            }
        }
        Some(group)
    }

    /// Frees the group's room, before its senders are answered. What was counted besides and is not durable is counted with
    /// the next group, and the records of members that failed as refused.
    pub(super) fn settle(&mut self, group: &Group) {
        for (name, counted) in &group.counted {
            let buffer = self.sources.iter_mut().find(|buffer| buffer.name == *name);
            if let Some(buffer) = buffer {
                add(&mut buffer.counted, *counted);
            }
        }
        for (index, Member { source, submission, .. }) in group.members.iter().enumerate() {
            let Some(buffer) = self.sources.get_mut(*source) else { continue };
            buffer.bytes = buffer.bytes.saturating_sub(submission.bytes());
            if index >= group.durable && submission.repeated_by == RepeatedBy::Sender {
                let received = submission.received;
                let refused = IntakeTotals { received, refused: received, ..Default::default() };
                add(&mut buffer.counted, refused);
            }
        }
    }
}

fn add(sum: &mut IntakeTotals, added: IntakeTotals) {
    sum.received += added.received;
    sum.accepted += added.accepted;
    sum.duplicate += added.duplicate;
    sum.quarantined += added.quarantined;
    sum.refused += added.refused;
}
