//! A queue to somebody who may be slow: the loop never waits for room in it. What finds it full is lost,
//! which is told once, and counted until there is room again.

use tokio::sync::mpsc;

/// The loop's end of such a queue.
#[derive(Debug)]
pub(super) struct Lossy<T> {
    queue: mpsc::Sender<T>,
    /// What is in it, and who takes it, for the log: `SNMP notifications`.
    what: &'static str,
    /// How many found it full since the last one that did not.
    pub(super) lost: u64,
}

/// A queue with room for so many.
pub(super) fn lossy<T>(room: usize, what: &'static str) -> (Lossy<T>, mpsc::Receiver<T>) {
    let (queue, taken) = mpsc::channel(room);
    (Lossy { queue, what, lost: 0 }, taken)
}

impl<T> Lossy<T> {
    /// Puts one in, if there is room, and somebody takes them at all.
    pub(super) fn send(&mut self, item: T) {
        match self.queue.try_send(item) {
            Ok(()) if self.lost > 0 => {
                tracing::warn!("{} are taken again, {} were lost", self.what, self.lost);
                self.lost = 0;
            }
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                if self.lost == 0 {
                    tracing::warn!("{} are not taken: they are lost", self.what);
                }
                self.lost = self.lost.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_it_full_is_lost_and_counted_until_there_is_room() {
        let (mut queue, mut taken) = lossy(1, "Words");
        for word in ["first", "lost", "lost too"] {
            queue.send(word);
        }
        assert_eq!(queue.lost, 2);
        assert_eq!(taken.try_recv(), Ok("first"));
        queue.send("next");
        assert_eq!((queue.lost, taken.try_recv()), (0, Ok("next")));
        // Nobody is there to miss anything.
        drop(taken);
        queue.send("unheard");
        assert_eq!(queue.lost, 0);
    }
}
