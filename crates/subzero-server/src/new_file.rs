//! A file that is there whole or not at all: it is written under another name beside its own, and takes its own once it is on the disk.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum NewFileError {
    /// Something has its name.
    #[error("{place} is there already, and is left as it is", place = .0.display())]
    IsThere(PathBuf),
    /// Something has the name it is written under.
    #[error("{place} is there: another run is writing it, or one was broken off and it can be deleted", place = .0.display())]
    IsBeingWritten(PathBuf),
    /// The disk.
    #[error("cannot write {place}: {1}", place = .0.display())]
    Disk(PathBuf, std::io::Error),
}

/// A file that is being written. Dropped before it is done, it has never been.
pub struct NewFile {
    to: PathBuf,
    partial: PathBuf,
    is_done: bool,
}

impl NewFile {
    /// Begins one that will have this name; nobody else on the machine may read it.
    pub fn begin(to: &Path) -> Result<Self, NewFileError> {
        let to = to.to_owned();
        if to.symlink_metadata().is_ok() {
            return Err(NewFileError::IsThere(to));
        }
        let mut name = OsString::from(&to);
        name.push(".partial");
        let partial = PathBuf::from(name);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial);
        match made {
            Ok(_) => Ok(Self { to, partial, is_done: false }),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(NewFileError::IsBeingWritten(partial))
            }
            Err(error) => Err(NewFileError::Disk(to, error)),
        }
    }

    /// Where to write. The file is there, and empty.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Gives it its name, on the disk.
    pub fn finish(mut self) -> Result<(), NewFileError> {
        let disk = |error| NewFileError::Disk(self.to.clone(), error);
        File::open(&self.partial).and_then(|file| file.sync_all()).map_err(disk)?;
        match take_name(&self.partial, &self.to) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(NewFileError::IsThere(self.to.clone()));
            }
            named => named.map_err(disk)?,
        }
        if let Err(error) = sync_folder_of(&self.to) {
            // It may not outlast a power cut, so that nobody is to count on it.
            let _ = fs::remove_file(&self.to);
            return Err(disk(error));
        }
        self.is_done = true;
        Ok(())
    }
}

/// Gives a file another name, unless something has it. Not every file system can do that in one step; on the others it is linked, which never takes the
/// place of anything either. FAT and many shares can do the first and know of no links.
fn take_name(from: &Path, to: &Path) -> std::io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS) => link_name(from, to),
        named => Ok(named?),
    }
}

/// The same by a link.
fn link_name(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::hard_link(from, to)?;
    let named = fs::remove_file(from);
    if named.is_err() {
        // It may not outlast a power cut, so that nobody is to count on it.
        let _ = fs::remove_file(to);
    }
    named
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_done {
            // Whoever writes next is told if it is still there.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// That a file has its name is on the disk once its folder is.
pub fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn it_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("file");
        let names = || fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect::<Vec<_>>();
        drop(NewFile::begin(&to).unwrap());
        assert_eq!(names(), [""; 0]);
        let file = NewFile::begin(&to).unwrap();
        assert!(matches!(NewFile::begin(&to), Err(NewFileError::IsBeingWritten(_))));
        fs::write(file.partial(), b"all").unwrap();
        assert_eq!(names(), ["file.partial"]);
        file.finish().unwrap();
        assert_eq!((names(), fs::read(&to).unwrap()), (vec!["file".into()], b"all".to_vec()));
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(NewFile::begin(&to), Err(NewFileError::IsThere(_))));
    }

    #[test]
    fn a_name_that_was_taken_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("file");
        let file = NewFile::begin(&to).unwrap();
        fs::write(&to, b"another's").unwrap();
        assert!(matches!(file.finish(), Err(NewFileError::IsThere(_))));
        assert_eq!(fs::read(&to).unwrap(), b"another's");
    }

    #[test]
    fn a_name_is_taken_in_either_way_and_never_from_another() {
        for take in [take_name, link_name] {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("from"), folder.path().join("to"));
            fs::write(&from, b"all").unwrap();
            take(&from, &to).unwrap();
            assert_eq!((from.exists(), fs::read(&to).unwrap()), (false, b"all".to_vec()));
            fs::write(&from, b"more").unwrap();
            assert_eq!(take(&from, &to).unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
            assert_eq!((fs::read(&from).unwrap(), fs::read(&to).unwrap()), (b"more".to_vec(), b"all".to_vec()));
        }
    }
}
