//! How deep each line stands in braces, although which lines count depends on the config-id.
//!
//! The file is read once for each config-id that its `@id` lines name, and once for any other; a
//! line is indented as the first of these readings in which it counts and all braces match.

use super::line::{self, Brace, Condition, Kind, Line};

/// So many config-ids are told apart.
const MOST_IDS: usize = 31;

/// The readings of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Depths<'a> {
    readings: Vec<Reading<'a>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Reading<'a> {
    /// `None`: an id that the file does not name.
    id: Option<&'a [u8]>,
    depth: usize,
    /// The line of each `{` that is open, from 1; only kept for the message.
    opened: Vec<usize>,
    fault: Option<Fault>,
}

/// Why the depths make no sense.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// A `}` too many on this line.
    Extra(usize),
    /// The `{` on this line has no `}`.
    Missing(usize),
}

impl Reading<'_> {
    fn counts(&self, conditions: &[Condition<'_>]) -> bool {
        conditions.iter().all(|condition| (self.id == Some(condition.id)) != condition.negated)
    }
}

impl<'a> Depths<'a> {
    /// The readings in which all braces match.
    ///
    /// # Errors
    /// There is none; the fault is that of an ordinary host.
    pub(super) fn new(lines: &[(Line<'a>, Vec<Brace<'a>>)]) -> Result<Self, Fault> {
        let mut ids: Vec<&[u8]> = Vec::new();
        for (line, _) in lines {
            if let Kind::Condition(Condition { id, .. }, _) = line::kind(line.content)
                && ids.len() < MOST_IDS
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
        let ids = ids.into_iter().map(Some).chain([None]);
        let mut readings: Vec<Reading<'_>> =
            ids.map(|id| Reading { id, depth: 0, opened: Vec::new(), fault: None }).collect();
        for (index, (_, braces)) in lines.iter().enumerate() {
            for brace in braces {
                for reading in readings.iter_mut().filter(|one| one.counts(&brace.conditions)) {
                    if brace.opens {
                        reading.opened.push(index + 1);
                    } else if reading.opened.pop().is_none() && reading.fault.is_none() {
                        reading.fault = Some(Fault::Extra(index + 1));
                    }
                }
            }
        }
        for reading in &mut readings {
            let missing = reading.opened.first().map(|line| Fault::Missing(*line));
            reading.fault = reading.fault.or(missing);
            reading.opened = Vec::new();
        }
        if let Some(fault) = readings.last().and_then(|ordinary| ordinary.fault)
            && readings.iter().all(|reading| reading.fault.is_some())
        {
            return Err(fault);
        }
        readings.retain(|reading| reading.fault.is_none());
        Ok(Self { readings })
    }

    /// The depth at which something stands that counts under these conditions.
    pub(super) fn here(&self, conditions: &[Condition<'_>]) -> usize {
        let counting = self.readings.iter().find(|reading| reading.counts(conditions));
        counting.or(self.readings.first()).map_or(0, |reading| reading.depth)
    }

    /// Goes past a brace.
    pub(super) fn pass(&mut self, brace: &Brace<'_>) {
        for reading in self.readings.iter_mut().filter(|one| one.counts(&brace.conditions)) {
            reading.depth = match brace.opens {
                true => reading.depth.saturating_add(1),
                false => reading.depth.saturating_sub(1),
            };
        }
    }
}
