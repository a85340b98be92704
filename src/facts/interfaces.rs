//! The interfaces of a host as a list in the kernel's order, found by name without a walk through
//! it: a configuration of thousands of instances asks for thousands of names.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use crate::facts::Interface;
use crate::units::IfName;

/// A list of interfaces. What changes it through [`DerefMut`] may rename: the index is made anew then.
#[derive(Default)]
pub struct Interfaces {
    list: Vec<Interface>,
    /// The first place of each name; empty until somebody asks.
    places: OnceLock<BTreeMap<IfName, usize>>,
}

impl Interfaces {
    /// The first of that name.
    pub fn named(&self, name: &IfName) -> Option<&Interface> {
        self.list.get(self.place(name)?)
    }

    /// Puts something in the place of the first of that name, or changes it; its name must stay.
    pub(super) fn named_mut(&mut self, name: &IfName) -> Option<&mut Interface> {
        let place = self.place(name)?;
        self.list.get_mut(place)
    }

    /// Adds one at the end.
    pub fn push(&mut self, interface: Interface) {
        if let Some(places) = self.places.get_mut() {
            places.entry(interface.name.clone()).or_insert(self.list.len());
        }
        self.list.push(interface);
    }

    /// Takes one away by its place, which must be there.
    pub fn remove(&mut self, place: usize) -> Interface {
        self.forget();
        self.list.remove(place)
    }

    /// Keeps those only.
    pub fn retain(&mut self, kept: impl FnMut(&Interface) -> bool) {
        self.forget();
        self.list.retain(kept);
    }

    fn place(&self, name: &IfName) -> Option<usize> {
        let index = || {
            let mut places = BTreeMap::new();
            for (place, interface) in self.list.iter().enumerate() {
                places.entry(interface.name.clone()).or_insert(place);
            }
            places
        };
        self.places.get_or_init(index).get(name).copied()
    }

    fn forget(&mut self) {
        self.places = OnceLock::new();
    }
}

impl Deref for Interfaces {
    type Target = [Interface];

    fn deref(&self) -> &[Interface] {
        &self.list
    }
}

impl DerefMut for Interfaces {
    fn deref_mut(&mut self) -> &mut [Interface] {
        self.forget();
        &mut self.list
    }
}

/// The copy makes its own index if somebody asks it.
impl Clone for Interfaces {
    fn clone(&self) -> Self {
        self.list.clone().into()
    }
}

impl PartialEq for Interfaces {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Interfaces {}

impl fmt::Debug for Interfaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.fmt(f)
    }
}

impl From<Vec<Interface>> for Interfaces {
    fn from(list: Vec<Interface>) -> Self {
        Self { list, places: OnceLock::new() }
    }
}

impl FromIterator<Interface> for Interfaces {
    fn from_iter<I: IntoIterator<Item = Interface>>(interfaces: I) -> Self {
        interfaces.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a> IntoIterator for &'a Interfaces {
    type Item = &'a Interface;
    type IntoIter = std::slice::Iter<'a, Interface>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a mut Interfaces {
    type Item = &'a mut Interface;
    type IntoIter = std::slice::IterMut<'a, Interface>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Link;

    fn interface(name: &str, index: u32) -> Interface {
        let name = IfName::new(name).unwrap();
        let (mtu, addresses, link) = (1_500, Vec::new(), Link::default());
        Interface {
            name,
            index,
            up: true,
            multicast: true,
            arp: true,
            mac: None,
            mtu,
            addresses,
            link,
        }
    }

    /// Every way of changing the list, with the index made before it.
    #[test]
    fn names_are_found_after_each_change() {
        let found = |all: &Interfaces, name: &str| {
            let name = IfName::new(name).unwrap();
            assert_eq!(all.named(&name), all.iter().find(|it| it.name == name), "{name}");
            all.named(&name).map(|it| it.index)
        };
        let mut all: Interfaces = [interface("a", 1), interface("b", 2)].into_iter().collect();
        assert_eq!(found(&all, "b"), Some(2));
        all.push(interface("c", 3));
        assert_eq!(found(&all, "c"), Some(3));
        all.push(interface("b", 9));
        assert_eq!(found(&all, "b"), Some(2));
        all[0].name = IfName::new("d").unwrap();
        assert_eq!((found(&all, "a"), found(&all, "d")), (None, Some(1)));
        let copy = all.clone();
        all.remove(1);
        assert_eq!((found(&all, "b"), found(&all, "c")), (Some(9), Some(3)));
        all.retain(|it| it.index != 1);
        assert_eq!((found(&all, "d"), found(&all, "c")), (None, Some(3)));
        assert_eq!((found(&copy, "b"), found(&copy, "d")), (Some(2), Some(1)));
        all.named_mut(&IfName::new("c").unwrap()).unwrap().index = 7;
        assert_eq!(found(&all, "c"), Some(7));
    }
}
