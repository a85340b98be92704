//! IPv4 or IPv6? An instance has one family: that of the first address that is written in it (a
//! virtual address, a source, a peer, a group), or IPv6 by `native_ipv6`. Excluded addresses are
//! free. The version hangs on it: VRRPv2 has no IPv6.

use std::net::IpAddr;

use crate::diag::Code;
use crate::lower::Lowering;
use crate::lower::global::Defaults;
use crate::lower::instance::Said;
use crate::schema::Keyword;
use crate::syntax::Statement;
use crate::units::{Family, Span, Spanned, Version};

impl Lowering<'_> {
    /// The first address decides; what is of the other family is reported and is to be left out.
    pub(super) fn is_of_the_family(
        &mut self,
        said: &mut Said,
        address: Spanned<IpAddr>,
        what: &str,
    ) -> bool {
        let own = Family::of(address.value);
        let family = *said.family.get_or_insert(Spanned::new(own, address.span));
        if family.value != own {
            self.error(
                Code::FAMILY_MISMATCH,
                address.span,
                format!("{what} of another family than the instance"),
            )
            .wording(format!(
                "({}): address family must match VRRP instance [{}] - ignoring",
                said.name.value, address.value
            ))
            .label(format!("the instance is {}; ignored", family.value))
            .related(family.span, format!("this makes it {}", family.value));
        }
        family.value == own
    }

    /// `native_ipv6`: the way to say IPv6, and version 3, before addresses said it themselves.
    pub(super) fn native_ipv6(&mut self, span: Span, said: &mut Said) {
        match said.family {
            Some(family) if family.value == Family::V4 => {
                self.error(
                    Code::FAMILY_MISMATCH,
                    span,
                    "Cannot specify native_ipv6 with IPv4 addresses",
                )
                .label("ignored")
                .related(family.span, "this makes it IPv4");
            }
            _ => {
                said.family.get_or_insert(Spanned::new(Family::V6, span));
                if let Some(before) = said.version.filter(|version| version.value == Version::V2) {
                    let text = "`native_ipv6` makes this instance version 3";
                    self.warning(Code::VERSION_MISMATCH, before.span, text).label("ignored");
                }
                said.version = Some(Spanned::new(Version::V3, span));
            }
        }
    }

    /// `version`: the first one counts, and so does what an IPv6 address before it implies.
    pub(super) fn instance_version(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        said: &mut Said,
    ) {
        let Some(version) = self.version(keyword, statement) else { return };
        let six = said.family.filter(|family| family.value == Family::V6);
        let implied = six.map(|family| family.map(|_| Version::V3));
        match said.version.or(implied) {
            Some(before) if before.value != version.value => {
                // keepalived has not yet concluded anything from an address.
                let known = said.version.map_or(0, |known| known.value.number());
                let wording = format!(
                    "({}) vrrp_version {} conflicts with configured or deduced version {known}; \
                     ignoring.",
                    said.name.value, version.value
                );
                self.error(
                    Code::VERSION_MISMATCH,
                    version.span,
                    format!("version {} conflicts with version {}", version.value, before.value),
                )
                .label("ignored")
                .related(before.span, format!("this makes it version {}", before.value))
                .wording(wording);
            }
            _ => said.version = Some(version),
        }
    }

    /// What an instance speaks: what it says; else 3 for IPv6, and the global default for IPv4.
    pub(super) fn protocol_version(
        &mut self,
        said: &Said,
        family: Family,
        strict: bool,
        defaults: &Defaults,
    ) -> Version {
        match (said.version, family) {
            (Some(version), Family::V6) if version.value == Version::V2 => {
                let text = "version 2 with IPv6 addresses";
                let finding = if strict {
                    self.error(Code::VERSION_MISMATCH, version.span, text)
                        .note("strict mode makes it version 3")
                } else {
                    self.warning(Code::VERSION_MISMATCH, version.span, text)
                        .note("keepalived sends a form of its own that nobody else understands")
                };
                finding.label("VRRPv2 has no IPv6").help("write `version 3`, or leave it out");
                if strict { Version::V3 } else { Version::V2 }
            }
            (Some(version), _) => version.value,
            (None, Family::V6) => Version::V3,
            (None, Family::V4) => defaults.version,
        }
    }
}
