//! What an instance counts. What is refused is counted in memory of its own, which hardly any of
//! thousands of instances needs.

use crate::engine::snapshot::{Nearness, Statistics};

/// The counters of one instance.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) adverts_received: u64,
    pub(super) adverts_sent: u64,
    pub(super) became_master: u64,
    pub(super) released_master: u64,
    pub(super) priority_zero_received: u64,
    pub(super) priority_zero_sent: u64,
    pub(super) nearness: Nearness,
    refused: Option<Box<Statistics>>,
}

impl Counts {
    /// Goes on from there.
    pub(super) fn of(counted: Statistics) -> Self {
        let counts = Self {
            adverts_received: counted.adverts_received,
            adverts_sent: counted.adverts_sent,
            became_master: counted.became_master,
            released_master: counted.released_master,
            priority_zero_received: counted.priority_zero_received,
            priority_zero_sent: counted.priority_zero_sent,
            nearness: counted.nearness,
            refused: None,
        };
        let has_refused = counts.all() != counted;
        Self { refused: has_refused.then(|| Box::new(counted)), ..counts }
    }

    /// The counters of what is wrong with datagrams and of second masters; those of the other kind stay zero there.
    pub(super) fn refused(&mut self) -> &mut Statistics {
        self.refused.get_or_insert_default()
    }

    /// All of them.
    pub(super) fn all(&self) -> Statistics {
        Statistics {
            adverts_received: self.adverts_received,
            adverts_sent: self.adverts_sent,
            became_master: self.became_master,
            released_master: self.released_master,
            priority_zero_received: self.priority_zero_received,
            priority_zero_sent: self.priority_zero_sent,
            nearness: self.nearness,
            ..self.refused.as_deref().copied().unwrap_or_default()
        }
    }
}
