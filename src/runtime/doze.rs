//! A future that is looked at only after something has woken it.
//!
//! The loop of the daemon waits for a dozen things, and nearly always it is its timer or a packet
//! that comes. Asking all the others each time costs more than sending an advert does. May touch
//! nothing but the bell that ends the loop's wait.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::sys::bell::Bell;

/// A future that sleeps until what it waits for rings the bell.
#[derive(Debug)]
pub(super) struct Doze<F> {
    future: Pin<Box<F>>,
    bell: Arc<Bell>,
    waker: Waker,
    looked_at: bool,
}

impl<F: Future> Doze<F> {
    /// A future that has not been looked at yet. Nobody else listens to that bell meanwhile.
    pub(super) fn new(future: F, bell: &Arc<Bell>) -> Self {
        Self {
            future: Box::pin(future),
            bell: Arc::clone(bell),
            waker: Arc::clone(bell).into(),
            looked_at: false,
        }
    }

    /// Its output, if there is one now. It is not to be looked at after that.
    pub(super) fn look(&mut self) -> Option<F::Output> {
        let rung = self.bell.was_rung();
        if std::mem::replace(&mut self.looked_at, true) && !rung {
            return None;
        }
        match self.future.as_mut().poll(&mut Context::from_waker(&self.waker)) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
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
        let future = poll_fn(|context| {
            looks.set(looks.get() + 1);
            inner.set(Some(context.waker().clone()));
            if looks.get() == 3 { Poll::Ready(()) } else { Poll::Pending }
        });
        let mut doze = Doze::new(future, &Arc::new(Bell::new().unwrap()));
        assert_eq!((doze.look(), doze.look(), doze.look()), (None, None, None));
        assert_eq!(looks.get(), 1);
        inner.take().unwrap().wake();
        assert_eq!((doze.look(), doze.look()), (None, None));
        assert_eq!(looks.get(), 2);
        inner.take().unwrap().wake();
        assert_eq!(doze.look(), Some(()));
    }

    #[test]
    fn what_was_rung_for_a_former_future_is_no_reason_to_wait() {
        let bell = Arc::new(Bell::new().unwrap());
        let mut former = Doze::new(std::future::pending::<()>(), &bell);
        assert_eq!(former.look(), None);
        bell.ring();
        drop(former);
        let mut next = Doze::new(std::future::ready(7), &bell);
        assert_eq!(next.look(), Some(7));
    }
}
