//! stillalive reads existing `keepalived.conf` files and keeps their virtual IPs alive.
//!
//! Text becomes a typed configuration ([`ir`]); a pure [`engine`] turns events into effects; thin
//! shells touch the world. The modules below stand in dependency order: a module uses only those
//! above it (`tests/architecture.rs` holds the exact table, `ARCHITECTURE.md` the reasons).

extern crate alloc;

pub mod units;

pub mod source;

pub mod diag;

pub mod syntax;

pub mod net;

pub mod schema;

pub mod fmt;

pub mod ir;

pub mod lower;

pub mod render;

pub mod facts;

pub mod cluster;

pub mod lint;

pub mod plan;

pub mod privileges;

pub mod engine;

pub mod dump;

pub mod control;

pub mod snmp;

pub mod sim;

pub mod sys;

pub mod runtime;

pub mod cli;
