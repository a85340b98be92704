//! Who has asked for what in the packet filter: an entry stands there as long as anybody holds it.

use std::collections::BTreeMap;

use super::Holder;
use super::tables::Entry;

/// Holders with their entries.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Ledger {
    held: BTreeMap<Holder, Vec<Entry>>,
    /// How many hold an entry; never 0.
    uses: BTreeMap<Entry, u32>,
}

impl Ledger {
    /// Those of the wanted that hold something else now: an interface may have got another number.
    pub(super) fn changed(&self, wanted: &[(Holder, Vec<Entry>)]) -> Vec<Holder> {
        let changed = wanted.iter().filter(|(holder, entries)| {
            self.held.get(holder).is_some_and(|before| before != entries)
        });
        changed.map(|(holder, _)| holder.clone()).collect()
    }

    /// Takes holders down; the entries that nobody has held so far. Who holds already is left as
    /// it is.
    pub(super) fn hold(&mut self, wanted: Vec<(Holder, Vec<Entry>)>) -> Vec<Entry> {
        let mut missing = Vec::new();
        for (holder, entries) in wanted {
            if self.held.contains_key(&holder) {
                continue;
            }
            for entry in &entries {
                let uses = self.uses.entry(entry.clone()).or_default();
                if *uses == 0 {
                    missing.push(entry.clone());
                }
                *uses = uses.saturating_add(1);
            }
            self.held.insert(holder, entries);
        }
        missing
    }

    /// Strikes holders off; the entries that nobody holds any more.
    pub(super) fn forget<'a>(
        &mut self,
        holders: impl IntoIterator<Item = &'a Holder>,
    ) -> Vec<Entry> {
        let mut unused = Vec::new();
        let held: Vec<_> =
            holders.into_iter().filter_map(|holder| self.held.remove(holder)).flatten().collect();
        for entry in held {
            let Some(uses) = self.uses.get_mut(&entry) else { continue };
            *uses = uses.saturating_sub(1);
            if *uses == 0 {
                self.uses.remove(&entry);
                unused.push(entry);
            }
        }
        unused
    }

    /// Everything that is held.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.uses.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::effect::InstanceId;
    use crate::units::IfName;

    fn holder(instance: u32, address: &str) -> Holder {
        let eth0 = IfName::new("eth0").unwrap();
        Holder::Address(InstanceId(instance), address.parse().unwrap(), eth0)
    }

    fn entry(address: &str) -> Entry {
        Entry::V4(address.parse().unwrap())
    }

    #[test]
    fn an_entry_stands_as_long_as_anybody_holds_it() {
        let mut ledger = Ledger::default();
        let wanted = |instance| vec![(holder(instance, "10.0.0.1"), vec![entry("10.0.0.1")])];
        assert_eq!(ledger.hold(wanted(1)), [entry("10.0.0.1")]);
        assert_eq!(ledger.hold(wanted(1)), []);
        assert_eq!(ledger.hold(wanted(2)), []);
        assert_eq!(ledger.forget([&holder(1, "10.0.0.1")]), []);
        assert_eq!(ledger.forget([&holder(1, "10.0.0.1")]), []);
        assert_eq!(ledger.forget([&holder(2, "10.0.0.1")]), [entry("10.0.0.1")]);
        assert_eq!(ledger, Ledger::default());
    }

    #[test]
    fn an_interface_with_another_number_has_changed() {
        let mut ledger = Ledger::default();
        let vmac = Holder::Macvlan(IfName::new("vrrp.51").unwrap());
        let wanted = |index| vec![(vmac.clone(), vec![Entry::NoSolicitation(index)])];
        ledger.hold(wanted(4));
        assert_eq!(ledger.changed(&wanted(4)), []);
        assert_eq!(ledger.changed(&wanted(5)), [vmac]);
        assert_eq!(ledger.entries(), [Entry::NoSolicitation(4)]);
    }
}
