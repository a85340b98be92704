//! Interfaces, sockets and their buffers.

use crate::diag::Code;
use crate::ir::global::{Buffers, DynamicInterfaces, Network, RxPolicy};
use crate::lower::Lowering;
use crate::lower::global::text;
use crate::schema::Keyword;
use crate::syntax::{Statement, Word};
use crate::units::Spanned;

impl Lowering<'_> {
    /// A keyword about interfaces and sockets; false if it is none.
    pub(super) fn network_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        network: &mut Network,
    ) -> bool {
        match keyword.word {
            "default_interface" => {
                let word = statement.arguments().first();
                let interface = word.and_then(|word| self.interface(keyword.word, word));
                network.default_interface = interface.or(network.default_interface.take());
            }
            "dynamic_interfaces" => self.dynamic_interfaces(statement, network),
            "disable_local_igmp" => network.disable_local_igmp = true,
            "log_unknown_vrids" => network.log_unknown_vrids = true,
            "vmac_prefix" => network.vmac.prefix = text(statement),
            "vmac_addr_prefix" => network.vmac.address_prefix = text(statement),
            "vrrp_rx_bufs_policy" => {
                let policy = self.rx_policy(keyword, statement);
                network.buffers.adverts = policy.or(network.buffers.adverts);
            }
            "vrrp_rx_bufs_multiplier" => {
                let times = self.count(keyword, statement);
                network.buffers.multiplier = times.or(network.buffers.multiplier);
            }
            _ => return self.buffer(keyword, statement, &mut network.buffers),
        }
        true
    }

    fn dynamic_interfaces(&mut self, statement: &Statement, network: &mut Network) {
        network.dynamic_interfaces = match statement.arguments().first() {
            Some(word) if word.text == "allow_if_changes" => DynamicInterfaces::MayChange,
            Some(word) => {
                self.error(
                    Code::INVALID_CHOICE,
                    word.span,
                    format!("`dynamic_interfaces` knows no '{}'", word.text),
                )
                .label("allow_if_changes, or nothing")
                .note("keepalived takes the statement as if the word were not there")
                .wording(format!("Unknown dynamic_interfaces option '{}'", word.text));
                DynamicInterfaces::MayAppear
            }
            None => DynamicInterfaces::MayAppear,
        };
    }

    /// `*_rcv_bufs` and `*_rcv_bufs_force`.
    fn buffer(&mut self, keyword: &Keyword, statement: &Statement, buffers: &mut Buffers) -> bool {
        let (name, force) = match keyword.word.strip_suffix("_force") {
            Some(name) => (name, true),
            None => (keyword.word, false),
        };
        let buffer = match name {
            "vrrp_netlink_cmd_rcv_bufs" => &mut buffers.vrrp_commands,
            "vrrp_netlink_monitor_rcv_bufs" => &mut buffers.vrrp_monitor,
            "lvs_netlink_cmd_rcv_bufs" => &mut buffers.lvs_commands,
            "lvs_netlink_monitor_rcv_bufs" => &mut buffers.lvs_monitor,
            "process_monitor_rcv_bufs" => &mut buffers.process_monitor,
            _ => return false,
        };
        if force {
            self.switch(&mut buffer.force, keyword, statement);
        } else {
            buffer.size = self.count(keyword, statement).or(buffer.size);
        }
        true
    }

    /// `MTU|ADVERT|BYTES`; of several words one counts, and keepalived says why.
    fn rx_policy(&mut self, keyword: &Keyword, statement: &Statement) -> Option<Spanned<RxPolicy>> {
        let words = statement.arguments();
        let first = words.first()?;
        let named = |word: &Word| match () {
            () if word.text.eq_ignore_ascii_case("MTU") => Some(RxPolicy::Mtu),
            () if word.text.eq_ignore_ascii_case("ADVERT") => Some(RxPolicy::Advert),
            () => None,
        };
        let mut policy: Option<Spanned<RxPolicy>> = None;
        let mut size = None;
        for word in words {
            match named(word) {
                Some(said) => match policy {
                    Some(before) if before.value != said => {
                        self.bad_policy(
                            word,
                            "MTU counts, ADVERT does not",
                            "Cannot set both vrrp_rx_bufs_policy MTU and ADVERT, ignoring ADVERT",
                        );
                        policy = Some(before.map(|_| RxPolicy::Mtu));
                    }
                    _ => policy = Some(Spanned::new(said, word.span)),
                },
                // keepalived reads the number from the first word, whichever it looks at.
                None => {
                    let most = i64::from(u32::MAX);
                    let bytes = self.integer_word(keyword.word, first, 0, most);
                    let bytes = bytes.and_then(|bytes| u32::try_from(bytes.value).ok());
                    size = bytes.map(|bytes| Spanned::new(RxPolicy::Bytes(bytes), first.span));
                }
            }
        }
        if size.is_some()
            && let Some(word) = words.iter().find(|word| named(word).is_some())
        {
            self.bad_policy(
                word,
                "the size counts, the policy does not",
                "Cannot set vrrp_rx_bufs_policy size and policy, ignoring policy",
            );
        }
        size.or(policy)
    }

    fn bad_policy(&mut self, word: &Word, why: &str, wording: &str) {
        self.error(
            Code::INVALID_CHOICE,
            word.span,
            "`vrrp_rx_bufs_policy` is MTU, ADVERT or a number of bytes",
        )
        .label(why)
        .wording(wording);
    }
}
