//! One delivery: a connection to the mail relay, and the dialogue of RFC 5321 over it. Blocks, each
//! step no longer than `smtp_connect_timeout`.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::Data;
use lettre::transport::smtp::extension::ClientId;

/// What is delivered, and where.
#[derive(Debug)]
pub(super) struct Parcel<'a> {
    /// Host or address, and port.
    pub(super) server: &'a (String, u16),
    /// Longest wait in each step.
    pub(super) patience: Duration,
    /// The name that this host gives itself.
    pub(super) helo: &'a str,
    /// The address of the sender.
    pub(super) from: &'a str,
    /// The addresses of the recipients.
    pub(super) to: &'a [String],
    /// Headers, an empty line, the body.
    pub(super) text: &'a str,
}

/// A mail that was taken.
#[derive(Debug)]
pub(super) struct Taken {
    /// By whom.
    pub(super) server: SocketAddr,
    /// Recipients that were refused, each with the reason, while others were not.
    pub(super) refused: Vec<Failure>,
}

/// A mail that was not taken, in keepalived's words.
#[derive(Debug)]
pub(super) enum Failure {
    /// The resolver does not know the relay.
    Unknown { server: String, error: io::Error },
    /// There is no connection, or it broke.
    Connection { server: SocketAddr, reason: String },
    /// Nothing came for too long.
    Timeout { server: SocketAddr, step: &'static str },
    /// The relay said no.
    Refused { server: SocketAddr, step: &'static str, answer: String },
}

impl Failure {
    fn of(error: &smtp::Error, server: SocketAddr, step: &'static str) -> Self {
        let cause = error.source();
        let answer = cause.map(ToString::to_string).unwrap_or_default();
        if let Some(code) = error.status() {
            return Self::Refused { server, step, answer: format!("{code} {answer}") };
        }
        let kind = cause.and_then(|cause| Some(cause.downcast_ref::<io::Error>()?.kind()));
        match kind {
            Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
                Self::Timeout { server, step }
            }
            _ => Self::Connection { server, reason: format!("{step}: {error}") },
        }
    }

    /// The relay answers: the next mail may fare better, and costs no time.
    pub(super) const fn is_answer(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { server, error } => {
                write!(f, "SMTP server {server} cannot be resolved: {error}")
            }
            Self::Connection { server, reason } => {
                write!(f, "SMTP connection ERROR to {}. {reason}", named(*server))
            }
            Self::Timeout { server, step: CONNECT } => {
                write!(f, "Timeout connecting SMTP server {}.", named(*server))
            }
            Self::Timeout { server, step } => {
                write!(f, "Timeout processing {step} cmd on SMTP server {}.", named(*server))
            }
            Self::Refused { server, step, answer } => write!(
                f,
                "Error processing {step} cmd on SMTP server {}. SMTP status code = {answer}",
                named(*server)
            ),
        }
    }
}

/// keepalived's form of an address with a port.
pub(super) fn named(server: SocketAddr) -> String {
    format!("[{}]:{}", server.ip(), server.port())
}

/// The step that ends with the relay's answer to `EHLO`; keepalived's word for it.
const CONNECT: &str = "(E)SMTP";

/// Delivers one mail. Of several addresses of the relay the first that answers takes it.
pub(super) fn deliver(parcel: &Parcel<'_>) -> Result<Taken, Failure> {
    let (host, port) = parcel.server;
    let unknown = |error| Failure::Unknown { server: format!("{host}:{port}"), error };
    let mut failure = unknown(io::ErrorKind::NotFound.into());
    for server in (host.as_str(), *port).to_socket_addrs().map_err(unknown)? {
        match deliver_to(server, parcel) {
            Err(other) if !other.is_answer() => failure = other,
            outcome => return outcome,
        }
    }
    Err(failure)
}

fn deliver_to(server: SocketAddr, parcel: &Parcel<'_>) -> Result<Taken, Failure> {
    let failed = |step| move |error: smtp::Error| Failure::of(&error, server, step);
    let name = ClientId::Domain(parcel.helo.to_owned());
    let mut connection = SmtpConnection::connect(server, Some(parcel.patience), &name, None, None)
        .map_err(failed(CONNECT))?;
    tracing::debug!("Remote SMTP server {} connected.", named(server));
    let mut dialogue = || {
        // As text: the library's own address has a domain, `root` has none.
        let from = format!("MAIL FROM:<{}>\r\n", parcel.from);
        connection.command(from).map_err(failed("MAIL"))?;
        let mut refused = Vec::new();
        for to in parcel.to {
            let answer = connection.command(format!("RCPT TO:<{to}>\r\n"));
            match answer.map_err(failed("RCPT")) {
                Ok(_) => {}
                Err(failure) if failure.is_answer() => refused.push(failure),
                Err(failure) => return Err(failure),
            }
        }
        if refused.len() == parcel.to.len()
            && let Some(failure) = refused.pop()
        {
            return Err(failure);
        }
        connection.command(Data).map_err(failed("DATA"))?;
        connection.message(parcel.text.as_bytes()).map_err(failed("BODY"))?;
        Ok(Taken { server, refused })
    };
    let outcome = dialogue();
    match &outcome {
        // It has the mail, or has said no: what it answers now changes nothing.
        Ok(_) | Err(Failure::Refused { .. }) => {
            let _ = connection.quit();
        }
        Err(_) => {}
    }
    outcome
}
