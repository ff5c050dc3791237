//! Passwords by argon2id on threads of their own. A hash costs some 20 ms and 19 MiB, so there are few threads, a short queue, and a
//! refusal behind it: whoever guesses passwords never takes the processor or the memory from the rest of the service. No hash runs on a
//! thread of the runtime.

mod argon;
mod common;

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;

use async_trait::async_trait;
use orderbase_application::changeset::PasswordHash;
use orderbase_application::ports::{HashersBusy, Passwords, Verified};
use orderbase_tenancy::Password;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use self::argon::{Argon, Memory};
use super::key_ring::{KeyRing, NoKey};

/// Bounds and costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArgonOptions {
    /// 19 456 to 262 144 KiB a hash.
    pub memory_kib: u32,
    /// 2 to 64 passes.
    pub iterations: u32,
    /// 1 to 64 threads, each of which keeps `memory_kib`.
    pub threads: usize,
    /// How many wait beside those at work: at most 1 024.
    pub queue_max: usize,
}

impl Default for ArgonOptions {
    /// The first choice of the OWASP Password Storage Cheat Sheet with one lane; half of the cores, 16 waiting.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            memory_kib: argon::MEMORY_KIB_MIN,
            iterations: argon::ITERATIONS_MIN,
            threads: (cores / 2).max(1),
            queue_max: 16,
        }
    }
}

/// Why no passwords can be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordsFault {
    #[error("argon2id takes 19 456 to 262 144 KiB, 2 to 64 iterations, 1 to 64 threads and a queue of at most 1 024")]
    Options,
    #[error(transparent)]
    NoKey(#[from] NoKey),
    #[error("the id of the password pepper has more than 8 characters")]
    LongKid,
    #[error("no thread could be started: {0}")]
    Thread(#[source] std::io::Error),
}

/// The adapter. Its threads end when it is dropped.
pub struct ArgonPasswords {
    queue: SyncSender<Job>,
    argon: RwLock<Arc<Argon>>,
    options: ArgonOptions,
}

struct Job {
    argon: Arc<Argon>,
    password: Zeroizing<String>,
    wish: Wish,
}

enum Wish {
    Hash(oneshot::Sender<PasswordHash>),
    Verify(Option<PasswordHash>, oneshot::Sender<Verified>),
}

impl ArgonPasswords {
    /// Starts the threads.
    ///
    /// # Errors
    /// [`PasswordsFault`].
    pub fn start(options: ArgonOptions, ring: &KeyRing) -> Result<Self, PasswordsFault> {
        let bounds = (1..=64).contains(&options.threads) && options.queue_max <= 1_024;
        if !bounds {
            return Err(PasswordsFault::Options);
        }
        let argon = Arc::new(Argon::new(options.memory_kib, options.iterations, ring)?);
        let (queue, jobs) = sync_channel(options.queue_max);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..options.threads {
            let jobs = jobs.clone();
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work(&jobs))
                .map_err(PasswordsFault::Thread)?;
        }
        Ok(Self { queue, argon: RwLock::new(argon), options })
    }

    /// Takes over a ring that was loaded again.
    ///
    /// # Errors
    /// [`PasswordsFault`]; the peppers of before stay.
    pub fn turn(&self, ring: &KeyRing) -> Result<(), PasswordsFault> {
        let argon = Arc::new(Argon::new(self.options.memory_kib, self.options.iterations, ring)?);
        *self.argon.write().unwrap_or_else(PoisonError::into_inner) = argon;
        Ok(())
    }

    /// Queues or refuses; never waits for room.
    fn enqueue(&self, password: &str, wish: Wish) -> Result<(), HashersBusy> {
        let argon = self.argon.read().unwrap_or_else(PoisonError::into_inner).clone();
        let job = Job { argon, password: Zeroizing::new(password.to_owned()), wish };
        self.queue.try_send(job).map_err(|_| HashersBusy)
    }
}

#[async_trait]
impl Passwords for ArgonPasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashersBusy> {
        let (answer, hashed) = oneshot::channel();
        self.enqueue(password.expose(), Wish::Hash(answer))?;
        // The sender is dropped unused only if argon2 failed, which is logged there.
        hashed.await.map_err(|_| HashersBusy)
    }

    async fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> Result<Verified, HashersBusy> {
        let (answer, verified) = oneshot::channel();
        self.enqueue(password, Wish::Verify(hash.cloned(), answer))?;
        verified.await.map_err(|_| HashersBusy)
    }

    fn is_common(&self, password: &Password, hints: &[&str]) -> bool {
        common::is_common(password.expose(), hints)
    }
}

/// A thread's life: it ends when the adapter is gone.
fn work(jobs: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::default();
    loop {
        // The lock is held while waiting: the other idle threads wait for the lock instead of the queue.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        job.run(&mut memory);
    }
}

impl Job {
    fn run(self, memory: &mut Memory) {
        match self.wish {
            // Nobody waits for it any more: the client is gone.
            Wish::Hash(answer) if answer.is_closed() => {}
            Wish::Verify(_, answer) if answer.is_closed() => {}
            Wish::Hash(answer) => match self.argon.hash(&self.password, memory) {
                Ok(phc) => drop(answer.send(PasswordHash::from_phc(phc))),
                Err(error) => tracing::error!(%error, "a password could not be hashed"),
            },
            Wish::Verify(hash, answer) => {
                match self.argon.verify(&self.password, hash.as_ref().map(PasswordHash::expose), memory) {
                    Ok(verified) => drop(answer.send(verified)),
                    Err(error) => tracing::error!(%error, "a password could not be verified"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
