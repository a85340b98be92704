//! What the configuration of a node says, in few numbers, and what a reload changes of it.

/// The configuration of a node, but for its priorities.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// The virtual routers.
    pub routers: Vec<Router>,
    /// So many of them, from the first on, are a sync group.
    pub grouped: usize,
    /// There are static addresses, routes and rules.
    pub statics: bool,
}

/// One virtual router.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Router {
    /// On which LAN.
    pub lan: usize,
    /// It is there.
    pub present: bool,
    /// So many virtual addresses, the last one excluded from the adverts if there are several.
    pub addresses: u8,
    /// It has virtual routes and rules.
    pub paths: bool,
    /// The host answers on its addresses.
    pub accept: bool,
    /// `use_vmac`.
    pub vmac: bool,
    /// It has another VRID than at first.
    pub renumbered: bool,
    /// It has another name than at first.
    pub renamed: bool,
    /// It tracks the interface on the other LAN.
    pub tracks_other: bool,
}

impl Router {
    /// A router with two addresses and nothing else.
    pub const fn plain(lan: usize) -> Self {
        Self {
            lan,
            present: true,
            addresses: 2,
            paths: false,
            accept: true,
            vmac: false,
            renumbered: false,
            renamed: false,
            tracks_other: false,
        }
    }
}

/// What a reload changes. Routers are named by their position; a number that is too large starts
/// again at the first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// The priority in a virtual router; where one priority is common to all, in all of them.
    Priority(usize, u8),
    /// How many addresses, 1 to 3.
    Addresses(usize, u8),
    /// With virtual routes and rules, or without.
    Paths(usize, bool),
    /// The host answers on its addresses, or not.
    Accept(usize, bool),
    /// With an interface of its own, or without.
    Vmac(usize, bool),
    /// Another VRID, or the first one again.
    Vrid(usize),
    /// Another name, or the first one again.
    Name(usize),
    /// There or not.
    Present(usize, bool),
    /// It moves to the other LAN.
    Lan(usize),
    /// It tracks the interface on the other LAN, or not.
    Track(usize, bool),
    /// So many are a sync group.
    Grouped(usize),
    /// With static entries or without.
    Statics(bool),
}

impl Change {
    /// Members have to wait for each other after it, or interfaces to settle.
    pub(super) const fn is_elaborate(self) -> bool {
        !matches!(self, Self::Nothing | Self::Priority(..) | Self::Addresses(..))
    }
}

impl Plan {
    /// So many plain routers on the first LAN.
    pub fn plain(routers: usize) -> Self {
        Self { routers: vec![Router::plain(0); routers], ..Self::default() }
    }

    /// Members have to wait for each other, or interfaces to settle.
    pub(super) fn is_elaborate(&self) -> bool {
        self.grouped > 0 || self.routers.iter().any(|router| router.vmac)
    }

    /// What it is after that, with its priorities.
    pub(super) fn change(&mut self, priorities: &mut [u8], change: Change) {
        let count = self.routers.len();
        let of = |router: usize| router.checked_rem(count).unwrap_or(0);
        let (router, set): (usize, &dyn Fn(&mut Router)) = match change {
            Change::Nothing => return,
            Change::Priority(router, new) => {
                let place = router.checked_rem(priorities.len());
                if let Some(priority) = place.and_then(|place| priorities.get_mut(place)) {
                    *priority = new;
                }
                return;
            }
            Change::Grouped(members) => {
                self.grouped = members;
                return;
            }
            Change::Statics(statics) => {
                self.statics = statics;
                return;
            }
            Change::Addresses(router, addresses) => (router, &move |it| it.addresses = addresses),
            Change::Paths(router, paths) => (router, &move |it| it.paths = paths),
            Change::Accept(router, accept) => (router, &move |it| it.accept = accept),
            Change::Vmac(router, vmac) => (router, &move |it| it.vmac = vmac),
            Change::Vrid(router) => (router, &|it| it.renumbered = !it.renumbered),
            Change::Name(router) => (router, &|it| it.renamed = !it.renamed),
            Change::Present(router, present) => (router, &move |it| it.present = present),
            Change::Lan(router) => (router, &|it| it.lan = (it.lan + 1) % super::LANS),
            Change::Track(router, tracks) => (router, &move |it| it.tracks_other = tracks),
        };
        if let Some(router) = self.routers.get_mut(of(router)) {
            set(router);
        }
    }
}
