//! The files of state (`keepalived.data`, `.stats`, `.json`) as text: made by the real engine that a
//! small network of values drives, without a host.
//!
//! `samples` compares them with what keepalived 2.4.3 wrote for the same configurations, `forms`
//! keeps what we write for our own, `monitors` reads them as known monitoring programs do. `metrics`
//! does the same with what `/metrics` and `/healthz` answer.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod forms;
mod metrics;
mod monitors;
mod samples;
mod stage;
