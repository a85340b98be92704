//! What is sent: the advert, composed once for each change of configuration or priority.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::effect::{Effect, Transmission};
use crate::engine::event::KernelError;
use crate::engine::message::{Cause, What};
use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::ir::{self, Authentication, ChecksumPolicy, Transport};
use crate::net::vrrp::{Addresses, Advert, ChecksumStyle, GROUP_V4, WireAuthentication};
use crate::units::{Family, Priority, Version};

/// TTL and hop limit of adverts (RFC 9568 sections 5.1.1.3 and 5.1.2.3).
const TTL: u8 = 255;

/// The advert of an instance at that priority.
pub(super) fn compose(config: &ir::Instance, priority: Priority) -> Advert {
    let listed = config.addresses.iter().map(|address| address.ip());
    Advert {
        version: config.version,
        vrid: *config.vrid,
        priority: Some(priority),
        interval: *config.advert_int,
        authentication: match &config.authentication {
            Authentication::Pass(password) if config.version == Version::V2 => {
                WireAuthentication::Pass(padded(password.expose()))
            }
            Authentication::Header(_) if config.version == Version::V2 => {
                WireAuthentication::Header
            }
            _ => WireAuthentication::None,
        },
        // Lowering has moved what does not fit, and what is of the other family, to the excluded.
        addresses: Addresses::new(config.family, listed).unwrap_or_else(|_| match config.family {
            Family::V4 => Addresses::V4(Arc::from([])),
            Family::V6 => Addresses::V6(Arc::from([])),
        }),
    }
}

/// The eight bytes of the packet; what is longer is cut.
pub(super) fn padded(password: &[u8]) -> [u8; 8] {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(password) {
        *to = *from;
    }
    bytes
}

impl Instance {
    /// Puts another priority in force.
    pub(super) fn set_priority(&mut self, priority: Priority) {
        self.priority = priority;
        self.advert = Arc::new(compose(&self.config, priority));
    }

    /// Sends an advert as master; the next one is due an interval later. One that listens after a
    /// stall sends none, whatever there is to say.
    pub(in crate::engine) fn send_advert(&mut self, context: &mut Context<'_>) {
        if self.is_doubting() {
            return;
        }
        self.transmit(context, Arc::clone(&self.advert));
        if let Phase::Master { advert } = &mut self.phase {
            *advert = context.now + *self.config.advert_int;
        }
    }

    /// Tells the others not to wait for us.
    pub(super) fn send_zero(&mut self, context: &mut Context<'_>) {
        self.statistics.priority_zero_sent += 1;
        self.send_zero_again(context);
    }

    /// The same once more, which counts as one resignation.
    pub(super) fn send_zero_again(&mut self, context: &mut Context<'_>) {
        let advert = Advert { priority: None, ..(*self.advert).clone() };
        self.transmit(context, Arc::new(advert));
        self.log(context, What::SentZero);
    }

    fn transmit(&mut self, context: &mut Context<'_>, advert: Arc<Advert>) {
        // Without a source there is nothing to send from: an IPv6 instance may lose its only one
        // with the link.
        let Some(source) = self.source else { return };
        self.identification = self.identification.checked_add(1).unwrap_or(1);
        let seal = self.next_seal(context);
        self.statistics.adverts_sent += 1;
        self.last_advert = Some(context.now);
        context.out.push(Effect::SendAdvert(Transmission {
            instance: self.id,
            socket: self.socket,
            source,
            destinations: Arc::clone(&self.destinations),
            advert,
            identification: self.identification,
            ttl: self.ttl(),
            checksum: self.checksum_style(),
            seal,
        }));
    }

    /// An advert did not leave. That of a resigning router whose link is down could not, and
    /// everybody knows.
    pub(in crate::engine) fn on_not_sent(
        &self,
        context: &mut Context<'_>,
        destination: IpAddr,
        resigning: bool,
        error: &KernelError,
    ) {
        if !(resigning && self.causes.iter().any(|cause| matches!(cause, Cause::InterfaceDown(_))))
        {
            self.log(context, What::NotSent { destination, error: error.clone() });
        }
    }

    fn ttl(&self) -> Option<u8> {
        match (&self.config.transport, self.config.family) {
            (Transport::Multicast { .. }, _) => Some(TTL),
            (Transport::Unicast { ttl, .. }, Family::V4) => Some(ttl.unwrap_or(TTL)),
            (Transport::Unicast { ttl, .. }, Family::V6) => *ttl,
        }
    }

    fn checksum_style(&self) -> ChecksumStyle {
        match self.config.checksum {
            ChecksumPolicy::AsVersion2 => ChecksumStyle::NoPseudoHeader,
            ChecksumPolicy::OldUnicast { group } => ChecksumStyle::PseudoHeaderTo(group),
            // The peer would refuse anything else. One that has set another group needs
            // `old_unicast_checksum` here.
            ChecksumPolicy::Detect if self.old_checksum => ChecksumStyle::PseudoHeaderTo(GROUP_V4),
            ChecksumPolicy::Detect | ChecksumPolicy::Standard => ChecksumStyle::Rfc,
        }
    }

    /// Chooses the source of adverts: what is configured, else the present one while it exists,
    /// else the first address of the interface that is no virtual one.
    pub(super) fn choose_source(&self, context: &Context<'_>) -> Option<IpAddr> {
        if let Some(source) = &self.config.source {
            return Some(source.value).filter(|_| !self.lacks_tracked_source(context.network));
        }
        if let Some(source) = self.source_on_link(context) {
            return source;
        }
        let interface = context.network.interface(self.interface()?)?;
        let candidates = || {
            interface
                .advert_sources(self.config.family)
                .filter(|address| !context.virtual_addresses.contains(address))
        };
        let present = self.source.filter(|source| candidates().any(|address| address == *source));
        present.or_else(|| candidates().next())
    }
}
