//! The thread that speaks to the bus: connects, owns the name, answers calls, sends signals.
//!
//! A bus that is not there, or does not read, is this thread's trouble alone: the loop only puts
//! signals into a queue that ends somewhere.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot, watch};
use zbus::message::{Flags, Message, Type};
use zbus::{Connection, MessageStream};

use crate::runtime::dbus::answer::{Answer, INSTANCE, Refusal, VRRP, answer};
use crate::runtime::dbus::objects::{Objects, Status};
use crate::runtime::signals::Asked;

/// The bus itself.
const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";

/// Longest wait for a bus that does not answer, or does not read.
const PATIENCE: Duration = Duration::from_secs(10);
/// How soon a bus that is gone is looked for again, at first and at last.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(60);

/// A signal to send.
#[derive(Clone, Debug)]
pub(super) enum Signal {
    /// The daemon has started, or D-Bus was switched on.
    Started,
    /// A new configuration runs.
    Reloaded,
    /// An instance has another state.
    Status(Arc<str>, Status),
}

/// Everything that the thread is given.
#[derive(Debug)]
pub(super) struct Service {
    /// The name to own.
    pub(super) name: String,
    /// What is on the bus.
    pub(super) objects: watch::Receiver<Arc<Objects>>,
    /// What is to be told. When it is closed and empty, the thread ends.
    pub(super) signals: mpsc::Receiver<Signal>,
    /// What the loop is asked for.
    pub(super) asked: mpsc::Sender<Asked>,
    /// Dropped when all is said.
    pub(super) _done: oneshot::Sender<()>,
}

/// What ended a connection.
#[derive(Debug, thiserror::Error)]
enum Broken {
    /// The bus said so, or went away.
    #[error("{0}")]
    Bus(#[from] zbus::Error),
    /// It did not answer, or did not read.
    #[error("it does not answer")]
    Silent,
    /// It ended the connection.
    #[error("it has closed the connection")]
    Closed,
}

impl Service {
    /// The life of the thread.
    pub(super) fn run(mut self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(self.serve()),
            Err(error) => tracing::warn!("D-Bus: no event loop: {error}"),
        }
    }

    /// One connection after the other.
    async fn serve(&mut self) {
        let mut retry = FIRST_RETRY;
        let mut told = false;
        loop {
            let connected = in_time(self.connect()).await;
            let outcome = match connected {
                Ok((connection, calls)) => {
                    (retry, told) = (FIRST_RETRY, false);
                    self.speak(&connection, calls).await
                }
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => return,
                // Once, however long it lasts.
                Err(error) if !told => {
                    told = true;
                    tracing::info!("Lost the name {} on the session bus", self.name);
                    tracing::warn!("D-Bus: {error}");
                }
                Err(_) => {}
            }
            if self.rest(retry).await.is_none() {
                return;
            }
            retry = LAST_RETRY.min(retry.saturating_mul(2));
        }
    }

    /// Waits; what was to be told is not told to anybody. `None` if all is over.
    async fn rest(&mut self, time: Duration) -> Option<()> {
        let over = async { while self.signals.recv().await.is_some() {} };
        match tokio::time::timeout(time, over).await {
            Ok(()) => None,
            Err(_) => Some(()),
        }
    }

    async fn connect(&self) -> Result<(Connection, MessageStream), Broken> {
        let connection =
            zbus::connection::Builder::system().method_timeout(PATIENCE).build().await?;
        tracing::info!("Acquired DBus bus {}", self.name);
        // Before the name is there, so that no call is missed.
        let calls = MessageStream::from(&connection);
        let asked = (self.name.as_str(), 0_u32);
        connection.call_method(Some(BUS), BUS_PATH, Some(BUS), "RequestName", &asked).await?;
        Ok((connection, calls))
    }

    /// Until the bus goes, or there is nothing more to say.
    async fn speak(
        &mut self,
        connection: &Connection,
        mut calls: MessageStream,
    ) -> Result<(), Broken> {
        loop {
            tokio::select! {
                signal = self.signals.recv() => match signal {
                    Some(signal) => self.tell(connection, &signal).await?,
                    None => return self.leave(connection).await,
                },
                message = calls.next() => match message {
                    Some(message) => self.heed(connection, &message?).await?,
                    None => return Err(Broken::Closed),
                },
            }
        }
    }

    async fn tell(&self, connection: &Connection, signal: &Signal) -> Result<(), Broken> {
        let message = match signal {
            Signal::Started => self.of_daemon("VrrpStarted")?,
            Signal::Reloaded => self.of_daemon("VrrpReloaded")?,
            Signal::Status(path, status) => {
                let signal = Message::signal(path.as_ref(), INSTANCE, "VrrpStatusChange");
                signal.build(&status.number())?
            }
        };
        send(connection, &message).await
    }

    fn of_daemon(&self, member: &str) -> Result<Message, Broken> {
        let path = self.objects.borrow().vrrp().to_owned();
        Ok(Message::signal(path, VRRP, member).build(&())?)
    }

    /// The last words.
    async fn leave(&self, connection: &Connection) -> Result<(), Broken> {
        send(connection, &self.of_daemon("VrrpStopped")?).await?;
        let name = self.name.as_str();
        let released = connection.call_method(Some(BUS), BUS_PATH, Some(BUS), "ReleaseName", &name);
        // It goes with the connection anyway.
        let _released = in_time(async { released.await.map_err(Broken::from) }).await;
        Ok(())
    }

    /// A message that came.
    async fn heed(&self, connection: &Connection, message: &Message) -> Result<(), Broken> {
        match message.message_type() {
            Type::MethodCall => self.reply(connection, message).await,
            Type::Signal => {
                self.note_name(message);
                Ok(())
            }
            Type::MethodReturn | Type::Error => Ok(()),
        }
    }

    /// The bus says who owns the name.
    fn note_name(&self, message: &Message) {
        let header = message.header();
        if header.sender().is_none_or(|sender| sender.as_str() != BUS) {
            return;
        }
        let body = message.body();
        let Ok(name) = body.deserialize::<&str>() else { return };
        let member = header.member().map_or("", |member| member.as_str());
        match member {
            "NameAcquired" if name == self.name => {
                tracing::info!("Acquired the name {name} on the session bus");
            }
            "NameLost" if name == self.name => {
                tracing::info!("Lost the name {name} on the session bus");
            }
            _ => {}
        }
    }

    async fn reply(&self, connection: &Connection, call: &Message) -> Result<(), Broken> {
        let objects = Arc::clone(&self.objects.borrow());
        let outcome = answer(call, &objects).map_err(|refusal| (refusal.name(), refusal));
        let outcome = outcome.and_then(|answer| match answer {
            Answer::Ask(asked) => match self.asked.try_send(asked) {
                Ok(()) => Ok(Answer::Done),
                // Whoever asks so fast may ask again.
                Err(_) => {
                    let busy = Refusal::InvalidArgs("The daemon is busy".to_owned());
                    Err(("org.freedesktop.DBus.Error.LimitsExceeded", busy))
                }
            },
            answer => Ok(answer),
        });
        let header = call.header();
        if header.primary().flags().contains(Flags::NO_REPLY_EXPECTED) {
            return Ok(());
        }
        let message = match outcome {
            Ok(Answer::Done | Answer::Ask(_)) => Message::method_return(&header).build(&())?,
            Ok(Answer::Text(text)) => Message::method_return(&header).build(&text)?,
            Ok(Answer::Value(value)) => Message::method_return(&header).build(&value)?,
            Ok(Answer::Values(values)) => {
                let values: BTreeMap<_, _> =
                    values.iter().map(|(name, it)| (*name, &**it)).collect();
                Message::method_return(&header).build(&values)?
            }
            Ok(Answer::MachineId) => match machine_id() {
                Some(id) => Message::method_return(&header).build(&id)?,
                None => Message::error(&header, "org.freedesktop.DBus.Error.Failed")
                    .build(&"This machine has no number")?,
            },
            Err((name, refusal)) => Message::error(&header, name).build(&refusal.to_string())?,
        };
        send(connection, &message).await
    }
}

/// Sends to a bus that reads; one that does not is as good as gone.
async fn send(connection: &Connection, message: &Message) -> Result<(), Broken> {
    in_time(async { connection.send(message).await.map_err(Broken::from) }).await
}

async fn in_time<T>(work: impl Future<Output = Result<T, Broken>>) -> Result<T, Broken> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(Broken::Silent))
}

/// The number of this machine, where the bus has it as well.
fn machine_id() -> Option<String> {
    let paths = ["/var/lib/dbus/machine-id", "/etc/machine-id"];
    let text = paths.iter().find_map(|path| std::fs::read_to_string(path).ok())?;
    Some(text.trim().to_owned())
}
