//! keepalived's own MIB, 1.3.6.1.4.1.9586.100.5: global (.1) and VRRP (.2). A file for each kind of
//! table; rows are numbered from 1 in the order of the configuration.

mod addresses;
mod global;
mod groups;
mod instances;
mod routes;
mod rules;
mod tracked;

use crate::engine::snapshot::State;
use crate::ir::{Notify, Script};
use crate::net::agentx::Value;
use crate::snmp::table::{Table, text};
use crate::snmp::{KEEPALIVED, Subject};

/// Every row.
pub(super) fn rows(table: &mut Table, subject: Subject<'_>) {
    let mut table = Mib(table);
    global::rows(&mut table, subject);
    groups::rows(&mut table, subject);
    instances::rows(&mut table, subject);
    addresses::rows(&mut table, subject);
    routes::rows(&mut table, subject);
    rules::rows(&mut table, subject);
    tracked::rows(&mut table, subject);
}

/// The part of the table that this MIB fills.
struct Mib<'a>(&'a mut Table);

impl Mib<'_> {
    fn put(&mut self, column: &[u32], index: &[u32], value: Value) {
        self.0.put(&KEEPALIVED, column, index, value);
    }
}

/// Things with their numbers, from 1.
fn numbered<T>(things: impl IntoIterator<Item = T>) -> impl Iterator<Item = (u32, T)> {
    (1_u32..).zip(things)
}

/// `VrrpState`.
pub(super) const fn state(state: State) -> i32 {
    match state {
        State::Init => 0,
        State::Backup => 1,
        State::Master => 2,
        State::Fault => 3,
    }
}

/// `'/a/b.sh' 'x'`.
fn command(script: &Script) -> Value {
    let words = std::iter::once(&script.program).chain(&script.arguments);
    let quoted: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    text(&quoted.join(" "))
}

/// A script runs at some change of state.
fn runs_something(notify: &Notify) -> bool {
    notify.all().next().is_some() || notify.deleted.is_some()
}
