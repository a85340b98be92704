//! Receive buffers of the sockets (`kernel_rx_buf_size`, `vrrp_rx_bufs_policy`,
//! `vrrp_rx_bufs_multiplier`): each is as large as all its instances together ask for.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::engine::effect::{Effect, SocketId, SocketKey};
use crate::engine::vrrp::Instance;
use crate::facts::Network;
use crate::ir::global::RxPolicy;
use crate::ir::{self, Config};
use crate::units::{Family, Version};

/// What is multiplied how often, unless said.
const MULTIPLIER: u32 = 3;

/// Bytes for each socket that somebody asks something for.
#[derive(Debug, Default)]
pub(super) struct Buffers(BTreeMap<SocketKey, u32>);

impl Buffers {
    /// What the instances of a configuration ask for on a host like this.
    pub(super) fn of(config: &Config, instances: &[Instance], network: &Network) -> Self {
        let mut sizes: BTreeMap<SocketKey, u32> = BTreeMap::new();
        for instance in instances {
            if let Some(share) = share(config, &instance.config, network) {
                let key = Instance::socket_key(&instance.config, &instance.links);
                let size = sizes.entry(key).or_default();
                *size = size.saturating_add(share);
            }
        }
        Self(sizes)
    }

    /// Bytes that are asked for a socket; 0 leaves it to the system.
    pub(super) fn asked_for(&self, key: &SocketKey) -> u32 {
        self.0.get(key).copied().unwrap_or(0)
    }
}

impl Engine {
    /// Sizes the buffer of a socket that was opened.
    pub(super) fn size_buffer(&mut self, socket: SocketId, key: &SocketKey) {
        if let Some(bytes) = self.buffers.0.get(key).copied().filter(|bytes| *bytes > 0) {
            self.out.push(Effect::ReceiveBuffer { socket, bytes });
        }
    }

    /// Sizes those of which another configuration asks for something else.
    pub(super) fn resize_buffers(&mut self) {
        let after = Buffers::of(&self.config, &self.instances, &self.network);
        let before = std::mem::replace(&mut self.buffers, after);
        for (socket, key) in self.sockets.open.clone() {
            if self.buffers.0.get(&key) != before.0.get(&key) {
                self.size_buffer(socket, &key);
            }
        }
    }
}

/// What an instance adds to the buffer of its socket; `None` leaves it to the system.
fn share(config: &Config, instance: &ir::Instance, network: &Network) -> Option<u32> {
    if let Some(own) = instance.receive_buffer.filter(|own| own.value > 0) {
        return Some(own.value);
    }
    let buffers = &config.global.network.buffers;
    let multiplier = buffers.multiplier.map_or(MULTIPLIER, |multiplier| multiplier.value);
    let bytes = match buffers.adverts?.value {
        RxPolicy::Bytes(bytes) => return Some(bytes),
        RxPolicy::Advert => advert_length(instance),
        RxPolicy::Mtu => network.interface(instance.interface.as_deref()?)?.mtu,
    };
    Some(bytes.saturating_mul(multiplier))
}

/// Bytes of an advert as the socket gives it.
fn advert_length(instance: &ir::Instance) -> u32 {
    let addresses = u32::try_from(instance.addresses.len()).unwrap_or(u32::MAX);
    // Raw sockets give the header of IPv4 only.
    let (header, address) = match instance.family {
        Family::V4 => (20, 4),
        Family::V6 => (0, 16),
    };
    let vrrp = if instance.version == Version::V2 { 16 } else { 8 };
    addresses.saturating_mul(address).saturating_add(header).saturating_add(vrrp)
}
