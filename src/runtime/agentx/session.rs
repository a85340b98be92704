//! The thread of the sub-agent: one session with the SNMP agent after the other, its questions and our
//! notifications.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::stream::{Broken, PATIENCE, Stream};
use super::{Names, News};
use crate::net::agentx::{Ids, Message, Oid, Pdu, SearchRange, VarBind};
use crate::runtime::views::{View, Views};
use crate::snmp::{Mibs, Occurrence, Refusal, Subject, Table, notifications};

/// How keepalived calls itself.
const DESCRIPTION: &[u8] = b"Keepalived";

/// How often the agent is asked whether it is there.
const PING: Duration = Duration::from_secs(120);
/// How soon an agent that is gone is looked for again, at first and at last.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(60);
/// A walk is answered from one view for so long, and for so many times as long as that took.
const LEAST_AGE: Duration = Duration::from_millis(250);
const AGE: u32 = 10;
/// The loop has so long for a view of a notification.
const WAIT: Duration = Duration::from_secs(1);
/// Rows in one answer.
const MOST_ROWS: usize = 512;

/// Errors of AgentX (RFC 2741 section 6.2.16) and SNMP.
const GENERAL_ERROR: u16 = 5;
const NOT_WRITABLE: u16 = 17;
const COMMIT_FAILED: u16 = 14;
const UNSUPPORTED_CONTEXT: u16 = 262;
/// Why a session is closed: a shutdown.
const SHUTDOWN: u8 = 5;
/// The usual priority of a registration.
const PRIORITY: u8 = 127;

/// Everything that the thread is given, and what it keeps.
pub(super) struct Session {
    mibs: Mibs,
    socket: String,
    names: watch::Receiver<Arc<Names>>,
    /// What is to be told. When it is closed and empty, the thread ends.
    news: mpsc::Receiver<News>,
    views: Views,
    /// What questions are answered from, and until when.
    table: Option<(Arc<Table>, Instant)>,
    /// Numbers of the session and of its last packet.
    ids: Ids,
    /// Dropped when all is said.
    _done: oneshot::Sender<()>,
}

impl Session {
    pub(super) fn new(
        mibs: Mibs,
        socket: String,
        names: watch::Receiver<Arc<Names>>,
        news: mpsc::Receiver<News>,
        views: Views,
        done: oneshot::Sender<()>,
    ) -> Self {
        let ids = Ids::default();
        Self { mibs, socket, names, news, views, table: None, ids, _done: done }
    }

    /// The life of the thread.
    pub(super) fn run(mut self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(self.serve()),
            Err(error) => tracing::warn!("SNMP: no event loop: {error}"),
        }
    }

    /// One session after the other.
    async fn serve(&mut self) {
        let mut retry = FIRST_RETRY;
        let mut told = false;
        loop {
            let outcome = match tokio::time::timeout(PATIENCE, self.open()).await {
                Ok(Ok(stream)) => {
                    (retry, told) = (FIRST_RETRY, false);
                    tracing::info!("AgentX subagent connected");
                    self.speak(stream).await
                }
                Ok(Err(error)) => Err(error),
                Err(_) => Err(Broken::Silent),
            };
            match outcome {
                Ok(()) => return,
                // Once, however long it lasts.
                Err(error) if !told => {
                    told = true;
                    let socket = &self.socket;
                    tracing::warn!(
                        "Warning: Failed to connect to the agentx master agent ({socket}): {error}"
                    );
                }
                Err(_) => {}
            }
            let over = async { while self.news.recv().await.is_some() {} };
            if tokio::time::timeout(retry, over).await.is_ok() {
                return;
            }
            retry = LAST_RETRY.min(retry.saturating_mul(2));
        }
    }

    /// Opens a session and registers what is served.
    async fn open(&mut self) -> Result<Stream, Broken> {
        let mut stream = Stream::connect(&self.socket).await?;
        self.ids = Ids::default();
        let opening =
            Pdu::Open { timeout: 0, id: Oid::default(), description: DESCRIPTION.to_vec() };
        self.ids.session = self.ask(&mut stream, opening).await?;
        for (subtree, description) in self.mibs.subtrees() {
            let register =
                Pdu::Register { timeout: 0, priority: PRIORITY, subtree: subtree.clone() };
            self.ask(&mut stream, register).await?;
            let description = description.as_bytes().to_vec();
            self.ask(&mut stream, Pdu::AddAgentCaps { id: subtree, description }).await?;
        }
        Ok(stream)
    }

    /// Says something and waits for the answer; gives the number of the session.
    async fn ask(&mut self, stream: &mut Stream, pdu: Pdu) -> Result<u32, Broken> {
        self.say(stream, pdu).await?;
        loop {
            // Questions about what is registered already may come before.
            let message = stream.next().await?;
            match message.pdu {
                Pdu::Response { error: 0, .. } => return Ok(message.ids.session),
                Pdu::Response { error, .. } => return Err(Broken::Refused(error)),
                _ => self.heed(stream, message).await?,
            }
        }
    }

    async fn say(&mut self, stream: &mut Stream, pdu: Pdu) -> Result<(), Broken> {
        self.ids.packet = self.ids.packet.wrapping_add(1);
        stream.send(&Message { ids: self.ids, context: None, pdu }).await
    }

    /// Until the agent goes, or there is nothing more to say.
    async fn speak(&mut self, mut stream: Stream) -> Result<(), Broken> {
        let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
        loop {
            tokio::select! {
                news = self.news.recv() => match news {
                    Some(News::Change(occurrence)) => self.tell(&mut stream, &occurrence).await?,
                    Some(News::Refused(refusal)) => self.complain(&mut stream, &refusal).await?,
                    None => return self.say(&mut stream, Pdu::Close { reason: SHUTDOWN }).await,
                },
                message = stream.next() => self.heed(&mut stream, message?).await?,
                _ = ping.tick() => self.say(&mut stream, Pdu::Ping).await?,
            }
        }
    }

    /// A notification, with those of the RFCs behind it.
    async fn tell(&mut self, stream: &mut Stream, occurrence: &Occurrence) -> Result<(), Broken> {
        // Questions that come now are about what has just changed.
        self.table = None;
        let names = Arc::clone(&self.names.borrow());
        let name = &occurrence.name;
        if self.mibs.keepalived {
            match occurrence.group {
                true => tracing::debug!("VRRP_Group({name}): Sending SNMP notification"),
                false => tracing::debug!("({name}) Sending SNMP notification"),
            }
            let bindings = occurrence.own(names.initial(name), &names.router);
            self.say(stream, Pdu::Notify(bindings)).await?;
        }
        if !occurrence.is_mastery() || !(self.mibs.rfc2787 || self.mibs.rfc6527) {
            return Ok(());
        }
        let Ok(Ok(view)) = tokio::time::timeout(WAIT, self.views.view()).await else {
            return Ok(());
        };
        let all = notifications(occurrence, self.mibs, subject(&view, &names));
        if self.mibs.rfc6527 {
            let reason = occurrence.mastery;
            tracing::debug!(
                "({name}) Sending SNMP notification vrrpv3NotifyNewMaster, reason {reason}"
            );
        }
        for bindings in all {
            self.say(stream, Pdu::Notify(bindings)).await?;
        }
        Ok(())
    }

    /// An advert was refused.
    async fn complain(&mut self, stream: &mut Stream, refusal: &Refusal) -> Result<(), Broken> {
        self.table = None;
        let Ok(Ok(view)) = tokio::time::timeout(WAIT, self.views.view()).await else {
            return Ok(());
        };
        let names = Arc::clone(&self.names.borrow());
        if let Some(bindings) = refusal.notification(subject(&view, &names)) {
            let (name, title) = (&refusal.name, refusal.title());
            tracing::debug!("({name}) Sending SNMP notification {title}");
            self.say(stream, Pdu::Notify(bindings)).await?;
        }
        Ok(())
    }

    /// Something from the agent.
    async fn heed(&mut self, stream: &mut Stream, message: Message) -> Result<(), Broken> {
        let Message { ids, context, pdu } = message;
        let answer = match pdu {
            Pdu::Close { .. } => return Err(Broken::Closed),
            // The end of a SET is not answered, and our own notifications and pings are.
            Pdu::CleanupSet | Pdu::Response { .. } => return Ok(()),
            _ if context.is_some() => error(UNSUPPORTED_CONTEXT, 0),
            Pdu::Get(ranges) => self.look(|table| get(table, &ranges)).await,
            Pdu::GetNext(ranges) => {
                self.look(|table| ranges.iter().map(|range| table.next(range)).collect()).await
            }
            Pdu::GetBulk { non_repeaters, max_repetitions, ranges } => {
                let (once, most) = (usize::from(non_repeaters), usize::from(max_repetitions));
                self.look(|table| table.bulk(&ranges, once, most, MOST_ROWS)).await
            }
            Pdu::TestSet(_) => error(NOT_WRITABLE, 1),
            Pdu::CommitSet => error(COMMIT_FAILED, 1),
            // There is nothing to set back.
            Pdu::UndoSet => error(0, 0),
            // An agent does not send these.
            _ => return Ok(()),
        };
        stream.send(&Message { ids, context: None, pdu: answer }).await
    }

    /// Answers from what there is now, or was a moment ago.
    async fn look(&mut self, find: impl FnOnce(&Table) -> Vec<VarBind>) -> Pdu {
        match self.table().await {
            Some(table) => {
                let bindings = find(&table);
                Pdu::Response { uptime: 0, error: 0, index: 0, bindings }
            }
            None => error(GENERAL_ERROR, 0),
        }
    }

    async fn table(&mut self) -> Option<Arc<Table>> {
        if let Some((table, until)) = &self.table
            && Instant::now() < *until
        {
            return Some(Arc::clone(table));
        }
        let view = self.views.view().await.ok()?;
        let names = Arc::clone(&self.names.borrow());
        let began = Instant::now();
        let table = Arc::new(subject(&view, &names).table(self.mibs));
        let age = LEAST_AGE.max(began.elapsed().saturating_mul(AGE));
        self.table = Some((Arc::clone(&table), began + age));
        Some(table)
    }
}

fn get(table: &Table, ranges: &[SearchRange]) -> Vec<VarBind> {
    ranges.iter().map(|range| table.get(&range.start)).collect()
}

fn error(error: u16, index: u16) -> Pdu {
    Pdu::Response { uptime: 0, error, index, bindings: Vec::new() }
}

fn subject<'a>(view: &'a View, names: &'a Names) -> Subject<'a> {
    Subject {
        engine: &view.engine,
        router: &names.router,
        namespace: view.process.namespace.as_deref(),
        started: view.process.started,
    }
}
