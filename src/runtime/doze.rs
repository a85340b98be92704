//! A future that is looked at only after something has woken it.
//!
//! The loop of the daemon waits for a dozen things, and nearly always it is its timer or a packet
//! that comes. Asking all the others each time costs more than sending an advert does. May touch
//! nothing.
//!
//! There is no lock in it: whoever rings may be less urgent than the loop, and lose the processor to it
//! at that very moment.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// A future that sleeps until it is woken itself, however often the task around it is.
#[derive(Debug)]
pub(super) struct Doze<F> {
    future: Pin<Box<F>>,
    bell: Arc<Bell>,
    waker: Waker,
}

/// What the future rings.
#[derive(Debug, Default)]
struct Bell {
    rung: AtomicBool,
    /// The task around it.
    task: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        self.task.wake();
    }
}

impl<F: Future> Doze<F> {
    /// A future that has not been looked at yet.
    pub(super) fn new(future: F) -> Self {
        let bell = Arc::new(Bell { rung: AtomicBool::new(true), ..Bell::default() });
        Self { future: Box::pin(future), waker: Arc::clone(&bell).into(), bell }
    }
}

impl<F: Future> Future for Doze<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // Whoever rings after this look finds the task that is to be woken.
        self.bell.task.register(context.waker());
        if !self.bell.rung.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        let Self { future, waker, .. } = &mut *self;
        future.as_mut().poll(&mut Context::from_waker(waker))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::poll_fn;

    use super::*;

    #[test]
    fn it_is_looked_at_once_and_then_whenever_it_was_woken() {
        let looks = Cell::new(0);
        let inner = Cell::new(None::<Waker>);
        let mut doze = Doze::new(poll_fn(|context| {
            looks.set(looks.get() + 1);
            inner.set(Some(context.waker().clone()));
            if looks.get() == 3 { Poll::Ready(()) } else { Poll::Pending }
        }));
        let mut look = || Pin::new(&mut doze).poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!((look(), look(), look()), (Poll::Pending, Poll::Pending, Poll::Pending));
        assert_eq!(looks.get(), 1);
        inner.take().unwrap().wake();
        assert_eq!((look(), look()), (Poll::Pending, Poll::Pending));
        assert_eq!(looks.get(), 2);
        inner.take().unwrap().wake();
        assert_eq!(look(), Poll::Ready(()));
    }

    #[tokio::test]
    async fn what_wakes_it_wakes_the_task_around_it() {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let mut doze = Doze::new(receiver);
        tokio::select! {
            biased;
            _ = &mut doze => unreachable!("nothing was sent"),
            () = tokio::task::yield_now() => {}
        }
        tokio::spawn(async move { sender.send(7) });
        assert_eq!(doze.await, Ok(7));
    }
}
