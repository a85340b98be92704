//! The plain statements of the top level: which daemon this is, where it works, how links are
//! watched.

use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::ir::{Config, LinkDelay, Linkbeat, LinkbeatMethod};
use crate::lower::Lowering;
use crate::lower::global::text;
use crate::schema::{Block, Keyword};
use crate::syntax::{Statement, Word};
use crate::units::Spanned;

/// Longest delay of `interface_up_down_delays`.
const LONGEST_DELAY: Duration = Duration::from_secs(255);

impl Lowering<'_> {
    /// A statement of the top level without keywords of its own inside; false if it is none.
    pub(in crate::lower) fn plain_top_level(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        config: &mut Config,
    ) -> bool {
        let global = &mut config.global;
        let identity = &mut global.identity;
        match keyword.word {
            "instance" => {
                identity.instance = text(statement);
                identity.pid_directory = true;
            }
            "net_namespace" => {
                identity.net_namespace = text(statement);
                identity.pid_directory = true;
            }
            "net_namespace_ipvs" => {
                let initial = Spanned::new(String::new(), statement.line);
                identity.net_namespace_ipvs = Some(text(statement).unwrap_or(initial));
            }
            "namespace_with_ipsets" => identity.namespace_with_ipsets = true,
            "use_pid_dir" => identity.pid_directory = true,
            "child_wait_time" => {
                let time = self.time(keyword, statement);
                let slot = &mut global.processes.child_wait_time;
                *slot = time.or(*slot);
            }
            "linkbeat_use_polling" => global.network.linkbeat_use_polling = true,
            "linkbeat_interfaces" => {
                let lines = statement.block.iter().flat_map(|block| &block.statements);
                let interfaces = lines.filter_map(|line| self.linkbeat(line));
                global.network.linkbeat_interfaces.extend(interfaces);
            }
            "interface_up_down_delays" => {
                let lines = statement.block.iter().flat_map(|block| &block.statements);
                for line in lines {
                    let delay = self.link_delay(line);
                    config.link_delays.extend(delay);
                }
            }
            _ => return false,
        }
        true
    }

    /// A second `net_namespace_ipvs` without a name: keepalived looks for the name all the same.
    pub(in crate::lower) fn nameless_again(&mut self, keyword: &Keyword, statement: &Statement) {
        if keyword.word == "net_namespace_ipvs" && statement.arguments().is_empty() {
            self.error(
                Code::MISSING_VALUE,
                statement.keyword_span(),
                "a second `net_namespace_ipvs` lacks its value",
            )
            .note("keepalived ends with status 2 here, at a reload too")
            .verdict(Verdict::Ends)
            .wording(
                "*** Configuration line starting `net_namespace_ipvs` is missing a parameter \
                 after keyword `net_namespace_ipvs` at word position 2",
            );
        }
    }

    /// `IFACE [MII|ETHTOOL|IOCTL]`.
    fn linkbeat(&mut self, line: &Statement) -> Option<Spanned<Linkbeat>> {
        let name = line.words.first()?;
        let interface = self.interface("linkbeat_interfaces", name)?.value;
        let mut words = line.arguments().iter();
        let known = words.next().map(|word| {
            let method = match word.text.as_str() {
                "MII" => Some(LinkbeatMethod::Mii),
                "ETHTOOL" => Some(LinkbeatMethod::Ethtool),
                "IOCTL" => Some(LinkbeatMethod::Ioctl),
                _ => None,
            };
            (word, method)
        });
        match known {
            Some((word, None)) => self.linkbeat_extra(Code::INVALID_CHOICE, word, word),
            Some((word, Some(_))) => {
                if let Some(extra) = words.next() {
                    self.linkbeat_extra(Code::EXTRA_WORDS, extra, word);
                }
            }
            None => {}
        }
        let method = known.and_then(|(_, method)| method);
        Some(Spanned::new(Linkbeat { interface, method }, line.line))
    }

    fn linkbeat_extra(&mut self, code: Code, word: &Word, said: &Word) {
        self.error(code, word.span, format!("'{}' is no way to ask for a link", word.text))
            .label("MII, ETHTOOL or IOCTL after the interface, and nothing more")
            .note("keepalived polls the interface all the same")
            .wording(format!("extra characters {} in linkbeat interface", said.text));
    }

    /// `IFACE DOWN [UP]`; a bad time drops the line.
    fn link_delay(&mut self, line: &Statement) -> Option<Spanned<LinkDelay>> {
        let name = line.words.first()?;
        let interface = self.interface("interface_up_down_delays", name)?.value;
        let Some(down) = line.arguments().first() else {
            self.warning(
                Code::MISSING_VALUE,
                name.span,
                format!("`{}` has no delay in `interface_up_down_delays`", name.text),
            )
            .help(format!("write `{} DOWN [UP]`, in seconds", name.text))
            .note("keepalived ignores the line")
            .verdict(Verdict::Logged);
            return None;
        };
        let down = self.link_time(down)?;
        let up = match line.arguments().get(1) {
            Some(up) => self.link_time(up)?,
            None => Duration::ZERO,
        };
        if let Some(extra) = line.arguments().get(2) {
            self.warning(Code::EXTRA_WORDS, extra.span, "extra words after the delays")
                .label("ignored")
                .verdict(Verdict::Logged);
        }
        Some(Spanned::new(LinkDelay { interface, down, up }, line.line))
    }

    fn link_time(&mut self, word: &Word) -> Option<Duration> {
        let place = Block::InterfaceDelay.path();
        self.seconds_word(place, word, Duration::ZERO, LONGEST_DELAY)
    }
}
