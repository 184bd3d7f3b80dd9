//! What is between the tills and the servers: it delays, cuts, half-closes and swallows, as the weather is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use subzero_sync::backoff::Jitter;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// Of so many pieces that are carried while connections are cut, or half closed, one is the last.
const LAST_ONE_IN: u64 = 3;
/// The most that a piece is held back while the network is slow, in milliseconds.
const SLOW_MAX_MS: u64 = 600;

/// How the network is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a misfortune of its own, and any of them may come together")]
pub struct Weather {
    /// Every piece takes its time.
    pub is_slow: bool,
    /// Connections break in the middle of a piece.
    pub cuts: bool,
    /// Connections carry nothing any more in one direction.
    pub half_closes: bool,
    /// Nothing arrives.
    pub is_silent: bool,
}

/// A proxy in front of servers that all do the same.
pub struct Proxy {
    /// Where tills find it.
    pub origin: String,
    weather: watch::Sender<Weather>,
    broken: Arc<AtomicU64>,
}

/// What its connections share.
struct Way {
    servers: Vec<SocketAddr>,
    next: AtomicUsize,
    weather: watch::Receiver<Weather>,
    broken: Arc<AtomicU64>,
}

impl Proxy {
    /// In front of these servers.
    pub async fn start(servers: Vec<SocketAddr>, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let (weather, receiver) = watch::channel(Weather::default());
        let broken = Arc::<AtomicU64>::default();
        let way = Arc::new(Way { servers, next: AtomicUsize::new(0), weather: receiver, broken: Arc::clone(&broken) });
        tokio::spawn(async move {
            let mut seeds = Jitter::new(seed);
            while let Ok((till, _)) = listener.accept().await {
                let (way, dice) = (Arc::clone(&way), Jitter::new(seeds.up_to(u64::MAX)));
                tokio::spawn(async move { way.carry(till, dice).await });
            }
        });
        Ok(Self { origin, weather, broken })
    }

    /// From now on the network is so.
    pub fn change(&self, change: impl FnOnce(&mut Weather)) {
        self.weather.send_modify(change);
    }

    /// How many connections were cut, half closed or swallowed.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }
}

impl Way {
    /// Carries both ways until both have ended.
    async fn carry(&self, till: TcpStream, mut dice: Jitter) {
        let Some(server) = self.connect().await else { return };
        let _ = (till.set_nodelay(true), server.set_nodelay(true));
        let (from_till, to_till) = till.into_split();
        let (from_server, to_server) = server.into_split();
        let (up, down) = (Jitter::new(dice.up_to(u64::MAX)), Jitter::new(dice.up_to(u64::MAX)));
        // A cut ends both at once.
        let both =
            async { tokio::try_join!(self.pump(from_till, to_server, up), self.pump(from_server, to_till, down)) };
        if both.await.is_err() {
            self.broken.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The next server that answers, as a load balancer finds it.
    async fn connect(&self) -> Option<TcpStream> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for server in self.servers.iter().cycle().skip(first % self.servers.len()).take(self.servers.len()) {
            if let Ok(stream) = TcpStream::connect(server).await {
                return Some(stream);
            }
        }
        None
    }

    /// Carries one way. An error is a cut.
    async fn pump(
        &self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        mut dice: Jitter,
    ) -> std::io::Result<()> {
        let cut = || Err(std::io::ErrorKind::ConnectionReset.into());
        let mut weather = self.weather.clone();
        let mut piece = vec![0; 16 * 1024];
        loop {
            let size = tokio::select! {
                size = from.read(&mut piece) => size?,
                changed = weather.changed() => {
                    // What waits for news is cut like all the rest.
                    let is_cut = weather.borrow_and_update().cuts && dice.up_to(LAST_ONE_IN - 1) == 0;
                    if changed.is_err() || is_cut {
                        return cut();
                    }
                    continue;
                }
            };
            let now = *weather.borrow();
            let carried = piece.get(..size).unwrap_or_default();
            if size == 0 {
                return to.shutdown().await;
            }
            if now.is_silent {
                // Whoever sent it hears nothing, until the network is back and says that it was cut.
                let _ = weather.wait_for(|weather| !weather.is_silent).await;
                return cut();
            }
            if now.is_slow {
                sleep(Duration::from_millis(dice.up_to(SLOW_MAX_MS))).await;
            }
            if now.cuts && dice.up_to(LAST_ONE_IN - 1) == 0 {
                let half = usize::try_from(dice.up_to(size as u64)).unwrap_or(0);
                to.write_all(carried.get(..half).unwrap_or_default()).await?;
                return cut();
            }
            to.write_all(carried).await?;
            if now.half_closes && dice.up_to(LAST_ONE_IN - 1) == 0 {
                self.broken.fetch_add(1, Ordering::Relaxed);
                to.shutdown().await?;
                // The sender is not told: what it still sends is taken and goes nowhere.
                while from.read(&mut piece).await? > 0 {}
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    /// A proxy before somebody who says everything twice.
    async fn before_an_echo() -> (Proxy, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        let proxy = Proxy::start(vec![address], 1).await.unwrap();
        let till = TcpStream::connect(proxy.origin.trim_start_matches("http://")).await.unwrap();
        (proxy, till)
    }

    async fn says(till: &mut TcpStream) -> std::io::Result<()> {
        let mut heard = [0; 4];
        till.write_all(b"sale").await?;
        till.read_exact(&mut heard).await.map(|_| ())
    }

    #[tokio::test]
    async fn in_fair_weather_everything_arrives() {
        let (proxy, mut till) = before_an_echo().await;
        for _ in 0..20 {
            says(&mut till).await.unwrap();
        }
        assert_eq!(proxy.broken(), 0);
    }

    #[tokio::test]
    async fn connections_are_cut_or_half_closed_before_long() {
        for weather in
            [Weather { cuts: true, ..Weather::default() }, Weather { half_closes: true, ..Weather::default() }]
        {
            let (proxy, mut till) = before_an_echo().await;
            says(&mut till).await.unwrap();
            proxy.change(|now| *now = weather);
            while says(&mut till).await.is_ok() {}
        }
    }

    #[tokio::test]
    async fn what_is_said_into_silence_is_never_answered() {
        let (proxy, mut till) = before_an_echo().await;
        says(&mut till).await.unwrap();
        proxy.change(|weather| weather.is_silent = true);
        till.write_all(b"sale").await.unwrap();
        let mut heard = [0; 4];
        let answer = timeout(Duration::from_millis(100), till.read_exact(&mut heard)).await;
        assert!(answer.is_err(), "somebody answered");
        proxy.change(|weather| weather.is_silent = false);
        assert!(says(&mut till).await.is_err(), "it was cut meanwhile");
    }
}
