-- The server's clock when it was last looked at: it is never before that again.
alter table server add column clock_ms bigint not null default 0;
