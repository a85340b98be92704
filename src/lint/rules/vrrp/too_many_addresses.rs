//! More addresses than an advert holds.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::{Instance, USUAL_MTU};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::TOO_MANY_ADDRESSES,
    severity: Severity::Error,
    page: Page {
        what: "More addresses than one advert can hold on this interface; its MTU is taken to be 1500 \
               where the host is not known.",
        why: "The addresses beyond are set on the master but not advertised, so that other \
              routers cannot compare them.",
        instead: "Move the rest to `virtual_ipaddress_excluded`, which is what keepalived \
                  does with them.",
        bad: "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        fe80::10/64\n        2001:db8::1/64\n        2001:db8::2/64\n        2001:db8::3/64\n        2001:db8::4/64\n        2001:db8::5/64\n        2001:db8::6/64\n        2001:db8::7/64\n        2001:db8::8/64\n        2001:db8::9/64\n        2001:db8::a/64\n        2001:db8::b/64\n        2001:db8::c/64\n        2001:db8::d/64\n        2001:db8::e/64\n        2001:db8::f/64\n        2001:db8::10/64\n        2001:db8::11/64\n        2001:db8::12/64\n        2001:db8::13/64\n        2001:db8::14/64\n        2001:db8::15/64\n        2001:db8::16/64\n        2001:db8::17/64\n        2001:db8::18/64\n        2001:db8::19/64\n        2001:db8::1a/64\n        2001:db8::1b/64\n        2001:db8::1c/64\n        2001:db8::1d/64\n        2001:db8::1e/64\n        2001:db8::1f/64\n        2001:db8::20/64\n        2001:db8::21/64\n        2001:db8::22/64\n        2001:db8::23/64\n        2001:db8::24/64\n        2001:db8::25/64\n        2001:db8::26/64\n        2001:db8::27/64\n        2001:db8::28/64\n        2001:db8::29/64\n        2001:db8::2a/64\n        2001:db8::2b/64\n        2001:db8::2c/64\n        2001:db8::2d/64\n        2001:db8::2e/64\n        2001:db8::2f/64\n        2001:db8::30/64\n        2001:db8::31/64\n        2001:db8::32/64\n        2001:db8::33/64\n        2001:db8::34/64\n        2001:db8::35/64\n        2001:db8::36/64\n        2001:db8::37/64\n        2001:db8::38/64\n        2001:db8::39/64\n        2001:db8::3a/64\n        2001:db8::3b/64\n        2001:db8::3c/64\n        2001:db8::3d/64\n        2001:db8::3e/64\n        2001:db8::3f/64\n        2001:db8::40/64\n        2001:db8::41/64\n        2001:db8::42/64\n        2001:db8::43/64\n        2001:db8::44/64\n        2001:db8::45/64\n        2001:db8::46/64\n        2001:db8::47/64\n        2001:db8::48/64\n        2001:db8::49/64\n        2001:db8::4a/64\n        2001:db8::4b/64\n        2001:db8::4c/64\n        2001:db8::4d/64\n        2001:db8::4e/64\n        2001:db8::4f/64\n        2001:db8::50/64\n        2001:db8::51/64\n        2001:db8::52/64\n        2001:db8::53/64\n        2001:db8::54/64\n        2001:db8::55/64\n        2001:db8::56/64\n        2001:db8::57/64\n        2001:db8::58/64\n        2001:db8::59/64\n        2001:db8::5a/64\n        2001:db8::5b/64\n    }\n}\n",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        fe80::10/64
        2001:db8::1/64
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mtu = |instance: &Instance| {
        let own = subject.network()?.interface(instance.interface.as_deref()?)?;
        Some(own.mtu)
    };
    subject
        .instances()
        .filter_map(|instance| {
            let most = instance.most_addresses(mtu(instance).unwrap_or(USUAL_MTU));
            let (first, count) = (instance.addresses.get(most)?, instance.addresses.len());
            let text = format!("{count} addresses are more than the {most} that an advert holds");
            let wording = format!(
                "({}) Number of VIPs ({count}) exceeds maximum/space available in packet (max {most} \
                 addresses) - excess moved to eVIPs",
                instance.name.value
            );
            let found = RULE.at(first.span, text).with_wording(wording);
            Some(found.with_label("from here on they are set but not advertised"))
        })
        .collect()
}
