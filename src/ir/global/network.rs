//! Interfaces and sockets.

use crate::ir::Linkbeat;
use crate::units::{IfName, Spanned};

/// Interfaces, sockets and what VRRP logs of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// `default_interface`: of addresses, routes and rules that name none; `None` means `eth0`.
    pub default_interface: Option<Spanned<IfName>>,
    /// `dynamic_interfaces`: interfaces may appear after the start.
    pub dynamic_interfaces: DynamicInterfaces,
    /// `disable_local_igmp`: the kernel reports no link-local groups.
    pub disable_local_igmp: bool,
    /// `log_unknown_vrids`.
    pub log_unknown_vrids: bool,
    /// `linkbeat_use_polling`: drivers are asked for the link state of every instance's interface.
    pub linkbeat_use_polling: bool,
    /// `linkbeat_interfaces`: of these too.
    pub linkbeat_interfaces: Vec<Spanned<Linkbeat>>,
    /// `vmac_prefix`, `vmac_addr_prefix`.
    pub vmac: VmacNames,
    /// Sizes of receive buffers.
    pub buffers: Buffers,
}

impl Network {
    /// The interface of addresses, routes and rules that name none (`default_interface`).
    pub fn usual_interface(&self) -> &str {
        self.default_interface.as_ref().map_or("eth0", |interface| interface.value.as_str())
    }
}

/// What is to be known of an interface before it may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DynamicInterfaces {
    /// It must exist.
    #[default]
    Never,
    /// It may appear later.
    MayAppear,
    /// It may also come back as another type or on another parent (`allow_if_changes`).
    MayChange,
}

/// Names of generated interfaces.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VmacNames {
    /// `vmac_prefix`; `None` means `vrrp`.
    pub prefix: Option<Spanned<String>>,
    /// `vmac_addr_prefix`: for addresses on another interface; `None` means as `prefix`.
    pub address_prefix: Option<Spanned<String>>,
}

/// Sizes of receive buffers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Buffers {
    /// `vrrp_netlink_cmd_rcv_bufs`; 65,536 bytes unless said.
    pub vrrp_commands: Buffer,
    /// `vrrp_netlink_monitor_rcv_bufs`; 65,536 bytes unless said.
    pub vrrp_monitor: Buffer,
    /// `lvs_netlink_cmd_rcv_bufs`; 65,536 bytes unless said.
    pub lvs_commands: Buffer,
    /// `lvs_netlink_monitor_rcv_bufs`; 65,536 bytes unless said.
    pub lvs_monitor: Buffer,
    /// `process_monitor_rcv_bufs`.
    pub process_monitor: Buffer,
    /// `vrrp_rx_bufs_policy`: of the sockets that receive adverts.
    pub adverts: Option<Spanned<RxPolicy>>,
    /// `vrrp_rx_bufs_multiplier`, at least 1; `None` means 3.
    pub multiplier: Option<Spanned<u32>>,
}

/// One receive buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Buffer {
    /// Bytes; `None` or 0 means the default.
    pub size: Option<Spanned<u32>>,
    /// `*_force`: past the system's limit.
    pub force: bool,
}

/// How the buffers of the sockets that receive adverts are sized.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RxPolicy {
    /// `MTU`: a multiple of the interface's MTU.
    Mtu,
    /// `ADVERT`: a multiple of the size of an advert.
    Advert,
    /// So many bytes.
    Bytes(u32),
}
