//! A second master for our virtual router: seen while we are master, told with its evidence.
//!
//! Somebody else is master if adverts of our VRID go on although ours were sent meanwhile, whether
//! they count or not, or if somebody else answers for one of our addresses on the link. Nothing is
//! done about it besides what the protocol does: both masters believe to be right, so only a person
//! can end it. It is told once, then once a minute while it lasts, and when it is over.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use crate::engine::event::{Claim, Datagram};
use crate::engine::message::{HeaderProblem, PacketProblem, TrailerProblem, What};
use crate::engine::vrrp::{Context, Instance};
use crate::units::{Instant, Mac, Priority};

/// So many are told apart.
const MOST: usize = 4;
/// How often one that stays is told again.
const REMINDER: Duration = Duration::from_secs(60);
/// Who has answered for an address is believed gone after so long without another answer.
const CLAIM_LASTS: Duration = Duration::from_secs(60);

/// Another master of our virtual router.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rival {
    /// Where it was seen.
    pub who: Who,
    /// Its hardware address, if it was seen to answer for one of our addresses.
    pub mac: Option<Mac>,
    /// When it was seen first.
    pub since: Instant,
    /// When it was seen last.
    pub last: Instant,
    /// When its first advert was heard, if one was.
    pub advertises: Option<Instant>,
    /// How it shows, by what was seen last.
    pub evidence: Evidence,
    /// When it was told last; `None` until it is certain.
    pub told: Option<Instant>,
    /// Its adverts were told, not only its answers.
    pub adverts_told: bool,
}

/// What a second master is known by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// The source of its adverts.
    Source(IpAddr),
    /// Nothing but the hardware address that answers for our addresses.
    Link(Mac),
}

/// How a second master shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// Its adverts count, and are lesser than ours, which it does not heed: ours do not reach it, or
    /// it refuses them.
    Ignores {
        /// Its priority.
        priority: Priority,
        /// Its list of addresses is another one, which keepalived before 2.3 refuses.
        other_addresses: bool,
    },
    /// Its adverts are refused here.
    Refused(PacketProblem),
    /// It answers for one of our addresses on the link.
    Claims(IpAddr),
}

impl Rival {
    /// Without a word for so long it is gone.
    fn ends(&self, patience: Duration) -> Instant {
        match self.evidence {
            Evidence::Claims(_) => self.last + CLAIM_LASTS,
            Evidence::Ignores { .. } | Evidence::Refused(_) => self.last + patience,
        }
    }
}

impl Instance {
    /// A lesser master was heard.
    pub(super) fn suspect_heedless(
        &mut self,
        context: &mut Context<'_>,
        source: IpAddr,
        priority: Priority,
        other_addresses: bool,
    ) {
        let evidence = Evidence::Ignores { priority, other_addresses };
        self.suspect_source(context, source, evidence);
    }

    /// A datagram for our virtual router was refused: does a master speak there?
    pub(super) fn suspect_refused(
        &mut self,
        context: &mut Context<'_>,
        datagram: &Datagram,
        problem: &PacketProblem,
    ) {
        // What was sent before is no sign of who is there now, and priority 0 is none of a master.
        let replayed = matches!(
            problem,
            PacketProblem::Header { why: HeaderProblem::Replayed { .. }, .. }
                | PacketProblem::Trailer { why: TrailerProblem::Replayed, .. }
        );
        let own = self.source == Some(datagram.source);
        if self.is_master() && !replayed && !own && datagram.packet.priority.is_some() {
            let evidence = Evidence::Refused(problem.clone());
            self.suspect_source(context, datagram.source, evidence);
        }
    }

    /// Somebody answers for an address on the link.
    pub(in crate::engine) fn suspect_claim(&mut self, context: &mut Context<'_>, claim: &Claim) {
        let held = self.placed().iter().any(|placed| {
            placed.interface == claim.interface && placed.address.ip() == claim.address
        });
        // A former master may have answered just before it gave way.
        let settled = context.now.since(self.since) >= *self.config.advert_int;
        if !held || !settled || !self.is_master() || self.is_doubting() {
            return;
        }
        let mac = claim.mac;
        // Adverts do not show whose they are on the link. Of a single other master they are.
        if let [rival] = self.rivals.as_mut_slice()
            && rival.mac.is_none()
        {
            rival.mac = Some(mac);
        }
        let place = self.rivals.iter().position(|rival| rival.mac == Some(mac));
        // What its adverts show says more.
        let known = place.and_then(|place| self.rivals.get(place));
        if !known.is_some_and(|rival| rival.adverts_told) {
            self.suspect(context, place, Who::Link(mac), Evidence::Claims(claim.address));
        }
    }

    fn suspect_source(&mut self, context: &mut Context<'_>, source: IpAddr, evidence: Evidence) {
        let who = Who::Source(source);
        let mut place = self.rivals.iter().position(|rival| rival.who == who);
        if let (None, [rival]) = (place, self.rivals.as_mut_slice())
            && let Who::Link(mac) = rival.who
        {
            (rival.who, rival.mac) = (who, Some(mac));
            place = Some(0);
        }
        self.suspect(context, place, who, evidence);
    }

    /// It was seen; `place` is where it stands among those that are known.
    fn suspect(
        &mut self,
        context: &mut Context<'_>,
        place: Option<usize>,
        who: Who,
        evidence: Evidence,
    ) {
        let (now, patience) = (context.now, self.master_down());
        let place = match place {
            Some(place) => place,
            None if self.rivals.len() >= MOST => return,
            None => {
                let mac = match who {
                    Who::Source(_) => None,
                    Who::Link(mac) => Some(mac),
                };
                let (advertises, evidence, told) = (None, evidence.clone(), None);
                let (since, last, adverts_told) = (now, now, false);
                let rival =
                    Rival { who, mac, since, last, advertises, evidence, told, adverts_told };
                self.rivals.push(rival);
                self.rivals.len().saturating_sub(1)
            }
        };
        let Some(rival) = self.rivals.get_mut(place) else { return };
        (rival.last, rival.evidence) = (now, evidence);
        // Adverts that go on for longer than our own need to silence their sender. An answer on the
        // link is enough by itself.
        let certain = match rival.evidence {
            Evidence::Claims(_) => true,
            Evidence::Ignores { .. } | Evidence::Refused(_) => {
                now.since(*rival.advertises.get_or_insert(now)) >= patience
            }
        };
        let advertises = !matches!(rival.evidence, Evidence::Claims(_));
        let new = advertises && !rival.adverts_told;
        let due = rival.told.is_none_or(|told| new || now.since(told) >= REMINDER);
        if certain && due {
            if rival.told.is_none() {
                self.statistics.refused().second_masters += 1;
            }
            rival.told = Some(now);
            rival.adverts_told |= advertises;
            let lasts = now.since(rival.since);
            let what = What::SecondMaster { rival: Box::new(rival.clone()), lasts };
            self.log(context, what);
        }
    }

    /// Those that were not seen any more are gone. Asked with each advert, so that it needs no timer:
    /// what is refused moves none.
    pub(super) fn review_rivals(&mut self, context: &mut Context<'_>) {
        let (now, patience) = (context.now, self.master_down());
        self.end_rivals(context, |rival| rival.ends(patience) <= now);
    }

    /// We are master no longer: there is one less.
    pub(super) fn forget_rivals(&mut self, context: &mut Context<'_>) {
        self.end_rivals(context, |_| true);
    }

    fn end_rivals(&mut self, context: &mut Context<'_>, ended: impl Fn(&Rival) -> bool) {
        if self.rivals.is_empty() {
            return;
        }
        let (gone, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.rivals).into_iter().partition(ended);
        self.rivals = left;
        for Rival { who, since, last, .. } in gone.into_iter().filter(|it| it.told.is_some()) {
            self.log(context, What::SecondMasterGone { who, lasted: last.since(since) });
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(source) => source.fmt(f),
            Self::Link(mac) => mac.fmt(f),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ignores { priority, other_addresses } => {
                write!(f, "its adverts of priority {priority} go on: it does not heed ours")?;
                match other_addresses {
                    true => f.write_str(", perhaps because its address list is another one"),
                    false => f.write_str(", perhaps because they do not reach it"),
                }
            }
            Self::Refused(problem) => write!(f, "its adverts are refused: {problem}"),
            Self::Claims(address) => write!(f, "it answers for {address}"),
        }
    }
}
