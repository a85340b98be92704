//! How the state of a link is found out, and how long it must last.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ir::Config;
use crate::units::IfName;

/// A line of `linkbeat_interfaces`: the driver is asked, netlink is not believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Linkbeat {
    /// The interface.
    pub interface: IfName,
    /// How; `None` means whatever works first.
    pub method: Option<LinkbeatMethod>,
}

/// How a driver is asked for the state of its link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkbeatMethod {
    /// By the MII registers.
    Mii,
    /// By ethtool.
    Ethtool,
    /// By the flags of the interface.
    Ioctl,
}

/// A line of `interface_up_down_delays`: a change counts when it has lasted so long, at most 255 s.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkDelay {
    /// The interface.
    pub interface: IfName,
    /// Before it counts as down.
    pub down: Duration,
    /// Before it counts as up.
    pub up: Duration,
}

impl Config {
    /// The interfaces whose drivers are asked, and how; `None` is whatever works first.
    pub fn polled_links(&self) -> BTreeMap<IfName, Option<LinkbeatMethod>> {
        let network = &self.global.network;
        let mut polled = BTreeMap::new();
        for instance in &self.instances {
            if let Some(interface) = &instance.interface
                && (instance.polls_link || network.linkbeat_use_polling)
            {
                polled.insert(interface.value.clone(), None);
            }
        }
        for line in &network.linkbeat_interfaces {
            polled.insert(line.interface.clone(), line.method);
        }
        polled
    }
}
