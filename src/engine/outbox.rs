//! Where the machines put their effects, in the order in which these must happen.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::engine::effect::{Effect, EffectId, InstanceId};
use crate::engine::message::{Message, What};

/// Effects that the queue keeps room for.
const USUAL: usize = 1024;

/// Effects that wait to be polled.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Effect>,
    next: u64,
    asking: Option<InstanceId>,
    asked: BTreeMap<EffectId, InstanceId>,
}

impl Outbox {
    pub(super) fn push(&mut self, effect: Effect) {
        self.queue.push_back(effect);
    }

    pub(super) fn pop(&mut self) -> Option<Effect> {
        let next = self.queue.pop_front();
        if next.is_none() && self.queue.capacity() > USUAL {
            // Thousands of instances have started, or stopped: that much is not needed again soon.
            self.queue = VecDeque::new();
        }
        next
    }

    /// Whom the names are for that [`Self::id`] gives from now on.
    pub(super) fn on_behalf_of(&mut self, instance: Option<InstanceId>) {
        self.asking = instance;
    }

    /// A new name for an effect whose outcome is to come back.
    pub(super) fn id(&mut self) -> EffectId {
        self.next = self.next.wrapping_add(1);
        let id = EffectId(self.next);
        if let Some(instance) = self.asking {
            self.asked.insert(id, instance);
        }
        id
    }

    /// Who asked for that effect, once.
    pub(super) fn asked_by(&mut self, id: EffectId) -> Option<InstanceId> {
        self.asked.remove(&id)
    }

    pub(super) fn log(&mut self, instance: &Arc<str>, what: What) {
        self.push(Effect::Log(Message { instance: Arc::clone(instance), what }));
    }
}
