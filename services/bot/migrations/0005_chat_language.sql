-- The language that a chat without an account chose; a person's own stands in their account.
-- `menu`: which menu of commands the chat was given last; none: the one that all chats have.
ALTER TABLE chats
    ADD COLUMN locale text,
    ADD COLUMN menu text;
