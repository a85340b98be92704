//! Taking a running keepalived's place, or that of this program, while it leads (`stillalive
//! takeover`): no address leaves the host, and nobody on the wire misses an advert.
//!
//! The one that runs is looked at (`process`), asked for its state (`report`, `counters`) and judged
//! (`judgement`). Its successor is started beside it (`beginning`) and makes itself ready up to where
//! it would begin (`successor`, the daemon's side of `exchange`). Then (`swap`) the processes that
//! run are stopped where they are; the successor is told what they were doing and goes on; and they
//! are killed without a word of resignation. Whatever fails before that is undone: they go on as if
//! nothing had happened.
//!
//! The way back (`handback`) is two changes: to a caretaker, which puts back at once what keepalived
//! removes at its start, and from that to keepalived when it leads.
//!
//! Nothing here runs inside the loop of a daemon, but for the two calls of [`Successor`].

mod beginning;
mod counters;
mod exchange;
mod handback;
mod judgement;
mod process;
mod report;
mod successor;
mod swap;
mod unit;

pub(crate) use successor::VARIABLE;

pub use handback::{HandbackError, Handed, hand_back};
pub use judgement::{Plan, Refusal, judge};
pub use process::{Part, ProcessError, Subject};
pub use report::{Report, ReportError, Reported, data};
pub use successor::Successor;
pub use swap::{Order, SwapError, Swapped, swap};
