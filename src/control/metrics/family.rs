//! Metric families as plain data, and how they become text: the exposition itself (escaping, types,
//! both formats) is `prometheus-client`'s.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, prometheus_text, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

/// A form of the exposition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Prometheus text format 0.0.4, for everything that does not ask for the other.
    Prometheus,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Format {
    /// The one that a client wants, from its `Accept` header.
    pub fn accepted(accept: &str) -> Self {
        match accept.contains("application/openmetrics-text") {
            true => Self::OpenMetrics,
            false => Self::Prometheus,
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// What the values of a family are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Only grows. Its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A counter whose name does not end in `_total`: another exporter's.
    Untyped,
}

impl Kind {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Untyped => "untyped",
        }
    }
}

/// A value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Value {
    Whole(u64),
    Signed(i64),
    Real(f64),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Whole(value.into())
    }
}

impl From<std::time::Duration> for Value {
    /// In seconds.
    fn from(value: std::time::Duration) -> Self {
        Self::Real(value.as_secs_f64())
    }
}

/// The labels of a sample.
pub(super) type Labels = Vec<(&'static str, String)>;

/// One metric with all its samples.
#[derive(Clone, PartialEq, Debug)]
pub struct Family {
    /// The whole name.
    pub name: &'static str,
    /// What it says, in a sentence without its full stop.
    pub help: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    samples: Vec<(Labels, Value)>,
}

impl Family {
    pub(super) const fn new(
        kind: Kind,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, help, kind, labels, samples: Vec::new() }
    }

    /// Adds one sample; `values` are those of the labels, in their order.
    pub(super) fn add<const N: usize>(&mut self, values: [&str; N], value: impl Into<Value>) {
        let labels = self.labels.iter().copied().zip(values.map(str::to_owned)).collect();
        self.samples.push((labels, value.into()));
    }

    fn encode(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let (name, kind) = match self.kind {
            // The encoder adds the suffix.
            Kind::Counter => {
                (self.name.strip_suffix("_total").unwrap_or(self.name), MetricType::Counter)
            }
            Kind::Gauge => (self.name, MetricType::Gauge),
            Kind::Untyped => (self.name, MetricType::Unknown),
        };
        let mut metric = encoder.encode_descriptor(name, self.help, None, kind)?;
        for (labels, value) in &self.samples {
            let mut sample = metric.encode_family(labels)?;
            match (self.kind, *value) {
                (Kind::Counter, Value::Whole(count)) => {
                    sample.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
                }
                (Kind::Counter, Value::Real(sum)) => {
                    sample.encode_counter::<NoLabelSet, _, u64>(&sum, None)?;
                }
                (_, Value::Whole(number)) => sample.encode_gauge(&number)?,
                (_, Value::Signed(number)) => sample.encode_gauge(&number)?,
                (_, Value::Real(number)) => sample.encode_gauge(&number)?,
            }
        }
        Ok(())
    }
}

/// Families on their way to the encoder.
#[derive(Debug)]
struct Families(Vec<Family>);

impl Collector for Families {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|family| family.encode(&mut encoder))
    }
}

/// The text of an answer.
pub(super) fn written(families: Vec<Family>, format: Format) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Families(families)));
    let mut answer = String::new();
    // Writing to a string does not fail.
    let _ = match format {
        Format::Prometheus => prometheus_text::encode(&mut answer, &registry),
        Format::OpenMetrics => text::encode(&mut answer, &registry),
    };
    answer
}
