//! Connections that can be broken off while an answer is waited for.
//!
//! In: the flag of whoever asks. Out: connections that look at it every few moments and end once it is set. A cluster that
//! sees a connection end gives up what it was doing for it.
//!
//! # Invariants
//!
//! - A request is sent and its answer read on one thread, for which [`Heeding`] holds the flag as long.

use baogao_engine::stop::Stop;
use std::cell::RefCell;
use std::io::ErrorKind;
use std::time::{self, Instant};
use ureq::config::Config;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, RustlsConnector, TcpConnector, Transport,
};
use ureq::{Agent, Error};

/// How often the flag is looked at while nothing comes.
const LOOK_EVERY: time::Duration = time::Duration::from_millis(50);

thread_local! {
    static HEEDED: RefCell<Stop> = RefCell::default();
}

/// As long as this is held, what this thread waits for ends when a flag is set.
pub(crate) struct Heeding(());

impl Heeding {
    pub(crate) fn new(stop: &Stop) -> Heeding {
        HEEDED.replace(stop.clone());
        Heeding(())
    }
}

impl Drop for Heeding {
    fn drop(&mut self) {
        HEEDED.replace(Stop::default());
    }
}

/// Certificates that are trusted.
#[derive(Clone, Debug)]
pub struct Certificates(Vec<Certificate<'static>>);

impl Certificates {
    /// The certificates of a PEM file; none if there is none in it.
    pub fn from_pem(bytes: &[u8]) -> Option<Certificates> {
        let items = parse_pem(bytes).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        let certificates: Vec<Certificate<'static>> = items.collect();
        (!certificates.is_empty()).then_some(Certificates(certificates))
    }

    /// Trusts these, and no public authority.
    pub(crate) fn alone(&self) -> TlsConfig {
        let roots = RootCerts::new_with_certs(&self.0);
        TlsConfig::builder().root_certs(roots).build()
    }
}

/// Sends requests over such connections, kept open from one to the next.
pub(crate) fn agent(config: Config) -> Agent {
    let connector =
        ().chain(TcpConnector::default())
            .chain(Breaking)
            .chain(RustlsConnector::default());
    Agent::with_parts(config, connector, DefaultResolver::default())
}

/// Makes connections such that they can be broken off.
#[derive(Debug)]
struct Breaking;

impl<In: Transport> Connector<In> for Breaking {
    type Out = Breakable<In>;

    fn connect(
        &self,
        _details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Breakable<In>>, Error> {
        Ok(chained.map(Breakable))
    }
}

#[derive(Debug)]
struct Breakable<T>(T);

impl<T: Transport> Transport for Breakable<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let begun = Instant::now();
        loop {
            if HEEDED.with_borrow(Stop::is_set) {
                return Err(Error::Io(ErrorKind::ConnectionAborted.into()));
            }
            let left = match timeout.after {
                Duration::Exact(after) => after.saturating_sub(begun.elapsed()),
                Duration::NotHappening => time::Duration::MAX,
            };
            let mut until_look = timeout;
            until_look.after = Duration::Exact(left.min(LOOK_EVERY));
            match self.0.await_input(until_look) {
                Err(Error::Timeout(_)) if left > LOOK_EVERY => {}
                came => return came,
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
