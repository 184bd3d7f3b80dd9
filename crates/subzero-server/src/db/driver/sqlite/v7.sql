-- When something was last written only to see whether it can be.
alter table server add column written_ms integer not null default 0;
